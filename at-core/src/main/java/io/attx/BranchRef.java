package io.attx;

/**
 * A branch together with the transaction that it belongs to.
 *
 * @param xid the global transaction
 * @param branch the branch
 */
public record BranchRef(Xid xid, BranchId branch) {
  @Override
  public String toString() {
    return xid + "/" + branch;
  }
}
