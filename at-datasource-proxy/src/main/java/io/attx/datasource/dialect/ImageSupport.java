package io.attx.datasource.dialect;

/**
 * What statements of a database can return of the rows that they change.
 *
 * @param updateReturns whether one UPDATE can lock, change and return both images
 * @param deleteReturns whether DELETE … RETURNING gives the rows as they were
 * @param insertReturns whether INSERT … RETURNING gives the rows as they are
 * @param namedKeys whether the driver gives the named columns of all rows inserted
 * @param maySkipUnchanged whether an update count may leave out rows that kept their values
 * @param failureEndsTransaction whether any failed statement makes the transaction roll-back-only
 */
public record ImageSupport(
    boolean updateReturns,
    boolean deleteReturns,
    boolean insertReturns,
    boolean namedKeys,
    boolean maySkipUnchanged,
    boolean failureEndsTransaction) {}
