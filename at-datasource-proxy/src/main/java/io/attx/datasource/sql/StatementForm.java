package io.attx.datasource.sql;

/** Recognises one form of statement. Stateless. */
interface StatementForm {
  /** Whether the statement begins like this form, so that no other form is asked. */
  boolean begins(StatementText text);

  /**
   * The verdict over a statement that begins like this form.
   *
   * @throws Refusal when it goes on in a way that is not known to be undoable
   */
  AnalyzedStatement recognise(StatementText text);
}
