package io.attx.dataaccess;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionOptions;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class MySqlDataAccessTest extends DataAccessContract {
  MySqlDataAccessTest() {
    super(DatabaseKind.MYSQL);
  }

  @Test
  void theTableThatHibernateMakesOfASequenceIsRefusedWithTheWayOutUntilItIsDeclaredUntracked()
      throws SQLException {
    DataSource pool = bean(DataSource.class).unwrap(HikariDataSource.class);
    AtClient client = bean(AtClient.class);
    try (AtDataSource undeclared =
        AtDataSource.wrap(pool, client, AtDataSourceOptions.defaults())) {
      JdbcTemplate jdbc = new JdbcTemplate(undeclared);

      assertThatThrownBy(
              () ->
                  client.execute(
                      GlobalTransactionOptions.defaults(),
                      () -> jdbc.update("update sequenced_seq set next_val=1 where next_val=-1")))
          .hasMessageContaining("sequenced_seq")
          .hasMessageContaining("attx.untracked-tables");
    }
  }
}
