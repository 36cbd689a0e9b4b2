package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class H2CompletenessTest extends CompletenessContract {
  H2CompletenessTest() {
    super(DatabaseKind.H2);
  }
}
