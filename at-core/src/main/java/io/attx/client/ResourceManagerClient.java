package io.attx.client;

import io.attx.BranchRef;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.BranchFate;
import io.attx.protocol.ResourceAnnouncement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a resource manager asks of the client. Thread-safe. */
public interface ResourceManagerClient {
  /**
   * Announces a resource and starts to receive its phase-two work, now and after every reconnect.
   *
   * @return closes the attachment
   */
  Attachment attach(ResourceAnnouncement announcement, ResourceManager manager);

  /**
   * Opens a branch of the transaction on a resource. Sends nothing. From now on until {@link
   * ClientBranch#ended} the transaction cannot be committed by this process.
   *
   * @throws io.attx.CoordinatorUnavailableException when there is no session with a coordinator
   */
  ClientBranch openBranch(Participation participation, ResourceId resource);

  /**
   * Waits until no other transaction holds a conflicting lock; takes nothing. Fails with {@link
   * BranchRefusedException} or {@link io.attx.CoordinatorUnavailableException}.
   */
  CompletableFuture<Void> checkLocks(
      Xid xid, ResourceId resource, List<LockRequest> locks, Duration wait, boolean holdsRowLocks);

  /**
   * A name under which a local transaction outside of any global transaction can {@link
   * #checkLocks}. Sends nothing.
   *
   * @throws io.attx.CoordinatorUnavailableException when there is no session with a coordinator
   */
  Xid nameOutside();

  /** Asks what became of branches whose undo rows were found; the answer is in the same order. */
  CompletableFuture<List<BranchFate>> queryBranches(List<BranchRef> branches);

  /** A resource that is being served. */
  interface Attachment extends AutoCloseable {
    /** No more work arrives after this returned. */
    @Override
    void close();
  }
}
