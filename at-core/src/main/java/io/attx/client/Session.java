package io.attx.client;

import io.attx.BranchId;
import io.attx.Xid;
import io.attx.protocol.SessionTicket;
import java.util.concurrent.atomic.AtomicLong;

/** The source of ids of one session with the coordinator. Thread-safe. */
final class Session {
  private final SessionTicket ticket;
  private final AtomicLong transactions = new AtomicLong();
  private final AtomicLong branches = new AtomicLong();
  private final AtomicLong outside = new AtomicLong();

  Session(SessionTicket ticket) {
    this.ticket = ticket;
  }

  /** As it was issued. */
  SessionTicket ticket() {
    return ticket;
  }

  /** As it is shown at the next hello. */
  SessionTicket ticketAt(long position) {
    return new SessionTicket(ticket.cluster(), ticket.session(), ticket.secret(), position);
  }

  boolean isSame(SessionTicket other) {
    return ticket.cluster() == other.cluster() && ticket.session() == other.session();
  }

  Xid nextXid() {
    return new Xid(ticket.cluster(), ticket.session(), transactions.incrementAndGet());
  }

  Xid nextOutside() {
    return new Xid(
        ticket.cluster(), ticket.session(), Xid.FIRST_OUTSIDE + outside.incrementAndGet());
  }

  BranchId nextBranch() {
    return new BranchId(ticket.session(), branches.incrementAndGet());
  }

  /** Whether this process gave out the id. */
  boolean issued(BranchId branch) {
    return branch.session() == ticket.session() && branch.number() <= branches.get();
  }

  @Override
  public String toString() {
    return ticket.session() + " of cluster " + Long.toHexString(ticket.cluster());
  }
}
