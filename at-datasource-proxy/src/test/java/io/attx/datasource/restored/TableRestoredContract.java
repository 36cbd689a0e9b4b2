package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random tables, random rows, random histories: what is rolled back leaves every table as it was.
 *
 * <p>{@code -Dattx.restored.sequences=N} runs any number, {@code -Dattx.restored.seed=S} starts
 * elsewhere; {@code random} takes a new seed. A failure names the seed of its tables, which repeats
 * it alone.
 */
abstract class TableRestoredContract {
  private static final Logger LOG = LoggerFactory.getLogger(TableRestoredContract.class);
  private static final int SEQUENCES_OF_TABLES = 25;
  private static final int DEFAULT_SEQUENCES = 2_000;
  private static final long DEFAULT_SEED = 1;

  private final TableFactory factory;
  private final Statistics statistics = new Statistics();

  TableRestoredContract(DatabaseKind kind) {
    this.factory = new TableFactory(kind);
  }

  @Test
  void whatIsRolledBackLeavesEveryTableAsItWas() throws Exception {
    int sequences = Integer.getInteger("attx.restored.sequences", DEFAULT_SEQUENCES);
    String asked = System.getProperty("attx.restored.seed", String.valueOf(DEFAULT_SEED));
    long seed = asked.equals("random") ? System.nanoTime() : Long.parseLong(asked);
    long start = System.nanoTime();
    try (Lab lab = new Lab(SharedServers.freshDatabase(factory.kind()), options -> options)) {
      for (String sql : factory.preparation()) {
        lab.execute(sql);
      }
      for (int i = 0; statistics.sequences < sequences; i++) {
        tables(lab, i, seed + i);
      }
    }
    LOG.info(
        "{}: seed {}, {} s, {}",
        factory.kind(),
        seed,
        (System.nanoTime() - start) / 1_000_000_000,
        statistics);
    assertThat(statistics.restored).isGreaterThanOrEqualTo(sequences);
    int executed = 0;
    int refused = 0;
    for (Shape shape : new Shapes(factory.kind()).all()) {
      if (shape.required()) {
        executed += statistics.total(shape.name(), Statistics.End.EXECUTED);
        refused += statistics.total(shape.name(), Statistics.End.REFUSED);
        assertThat(statistics.executed(shape.name()))
            .as("share of executed '%s', seed %d: %s", shape.name(), seed, statistics)
            .isGreaterThan(0.4);
      }
    }
    assertThat((double) executed / (executed + refused))
        .as("share that was not refused, seed %d: %s", seed, statistics)
        .isGreaterThan(0.9);
  }

  private void tables(Lab lab, int number, long seed) throws Exception {
    Random random = new Random(seed);
    List<RandomTable> tables = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      RandomTable table =
          factory.make("t" + number + "_" + i, i == 0 ? null : tables.get(0), random);
      tables.add(table);
    }
    RandomHistory history =
        new RandomHistory(lab, tables, new Shapes(factory.kind()).all(), statistics, random);
    try {
      for (RandomTable table : tables) {
        lab.execute(table.ddl().toArray(String[]::new));
      }
      history.fill(8);
      for (int i = 0; i < SEQUENCES_OF_TABLES; i++) {
        history.sequence();
        if (random.nextInt(4) == 0) {
          history.commit();
        }
      }
      lab.settle();
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(
          "-Dattx.restored.seed="
              + seed
              + " -Dattx.restored.sequences="
              + SEQUENCES_OF_TABLES
              + "\n"
              + String.join("\n", tables.stream().flatMap(t -> t.ddl().stream()).toList())
              + "\n"
              + String.join("\n", history.log())
              + "\n"
              + failure.getMessage(),
          failure);
    }
    for (int i = tables.size() - 1; i >= 0; i--) {
      lab.execute("DROP TABLE " + tables.get(i).name());
    }
  }
}
