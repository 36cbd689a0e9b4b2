package io.attx.examples.shop.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * The program behind {@code ./demo}. Exit codes: 0 when all invariants hold, 1 when one is broken
 * or something failed, 2 when the command line is wrong.
 */
public final class ShopDemo {

  private final DemoOptions options;
  private final Workspace workspace;
  private final PrintStream out;
  private volatile boolean ending;

  private ShopDemo(DemoOptions options, Workspace workspace, PrintStream out) {
    this.options = options;
    this.workspace = workspace;
    this.out = out;
  }

  /** Runs the demo. */
  public static void main(String[] arguments) {
    DemoOptions options;
    try {
      options = DemoOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("demo: " + e.getMessage() + ". See ./demo --help");
      System.exit(2);
      return;
    }
    System.exit(run(options) ? 0 : 1);
  }

  private static boolean run(DemoOptions options) {
    try {
      return new ShopDemo(options, Workspace.create(options.keep()), System.out).runOrSayWhyNot();
    } catch (IOException e) {
      System.err.println("demo: there is no temporary directory: " + e);
      return false;
    }
  }

  private boolean runOrSayWhyNot() {
    try {
      return run();
    } catch (IOException | SQLException | RuntimeException e) {
      if (!ending) { // else it failed because all processes are being ended
        System.err.println("demo: " + e);
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean run() throws IOException, SQLException, InterruptedException {
    ShopData data = ShopData.read(options.orders());
    out.println("Starting " + options.database().id() + ", the coordinator and three services ...");
    try (ShopDatabases databases =
            ShopDatabases.start(
                options.database(), workspace, List.of(Shop.ORDERS, Shop.STOCK, Shop.ACCOUNT));
        Shop shop = new Shop(options, workspace, databases)) {
      Thread hook = new Thread(() -> cleanUp(shop), "demo-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      shop.start();
      shop.fill(data);
      return sendAndCheck(shop, data);
    }
  }

  /** Runs at every end of this JVM, also after Ctrl-C. */
  private void cleanUp(Shop shop) {
    ending = true;
    shop.close();
    try {
      workspace.delete();
    } catch (IOException e) {
      System.err.println("demo: cannot delete " + workspace.directory() + ": " + e.getMessage());
    }
  }

  private boolean sendAndCheck(Shop shop, ShopData data)
      throws IOException, SQLException, InterruptedException {
    out.println(
        "Sending " + data.orders().size() + " orders, " + options.parallel() + " at a time ...");
    Progress progress = new Progress(out, options.terminal(), data.orders().size());
    OrderClient client = shop.orderClient();
    Map<String, Outcome> outcomes =
        new Sender(shop, client, progress, data.orders()).send(options.parallel(), options.crash());
    double seconds = progress.seconds();
    out.println("Waiting for phase two ...");
    CoordinatorClient.Counts counts = shop.settle();
    Books books = shop.books();
    Audit audit = new Audit(options, data, books, outcomes);
    Report report = new Report(out);
    report.orders(outcomes, books, progress, seconds, client.repeated());
    report.books(data, books, audit, counts);
    boolean all = report.invariants(audit.invariants(counts));
    out.println();
    out.println(
        all
            ? "All invariants hold."
            : "AN INVARIANT IS BROKEN. Run it with --keep to see the logs.");
    if (options.keep()) {
      out.println("Data and logs: " + workspace.directory());
    }
    return all;
  }
}
