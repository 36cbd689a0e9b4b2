package io.attx.examples.shop.demo;

import io.attx.databases.DatabaseAddress;
import io.attx.examples.shop.account.Account;
import io.attx.examples.shop.account.AccountApplication;
import io.attx.examples.shop.order.OrderApplication;
import io.attx.examples.shop.stock.Product;
import io.attx.examples.shop.stock.StockApplication;
import io.attx.examples.shop.support.UndoRowsController;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * The running shop: a coordinator and three services, each a process, each service with a database.
 */
final class Shop implements AutoCloseable {

  static final String ORDERS = "orders";
  static final String STOCK = "stock";
  static final String ACCOUNT = "account";

  private static final List<String> SERVICES = List.of(ORDERS, STOCK, ACCOUNT);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);

  private final DemoOptions options;
  private final Workspace workspace;
  private final ShopDatabases databases;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JsonMapper json = new JsonMapper();
  private final String token = UUID.randomUUID().toString();
  private final Map<String, URI> addresses = new LinkedHashMap<>();
  private final Map<String, Child> children = new LinkedHashMap<>();
  private final Child coordinator;
  private final CoordinatorClient coordinatorClient;

  Shop(DemoOptions options, Workspace workspace, ShopDatabases databases) throws IOException {
    this.options = options;
    this.workspace = workspace;
    this.databases = databases;
    List<Integer> ports = freePorts(2 + SERVICES.size());
    URI coordinatorUri = local(ports.get(1));
    this.coordinator = coordinator(ports.get(0), ports.get(1));
    this.coordinatorClient = new CoordinatorClient(http, coordinatorUri, token);
    for (int i = 0; i < SERVICES.size(); i++) {
      addresses.put(SERVICES.get(i), local(ports.get(2 + i)));
    }
    String coordinatorAddress = "127.0.0.1:" + ports.get(0);
    children.put(ORDERS, service(ORDERS, OrderApplication.class, coordinatorAddress));
    children.put(STOCK, service(STOCK, StockApplication.class, coordinatorAddress));
    children.put(ACCOUNT, service(ACCOUNT, AccountApplication.class, coordinatorAddress));
  }

  /** Ports that are free now; all are held until the last is found, so that they differ. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Child coordinator(int port, int httpPort) {
    List<String> command =
        List.of(
            java(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-jar",
            options.coordinatorJar(),
            "--port",
            Integer.toString(port),
            "--http-port",
            Integer.toString(httpPort),
            "--data-dir",
            workspace.directory().resolve("coordinator").toString());
    return new Child(
        "coordinator",
        command,
        Map.of("ATTX_TOKEN", token),
        workspace,
        local(httpPort).resolve("/health/ready"),
        http);
  }

  private Child service(String name, Class<?> application, String coordinatorAddress) {
    URI address = addressOf(name);
    DatabaseAddress database = databases.of(name);
    List<String> command =
        List.of(
            java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            application.getName(),
            "--spring.config.name=shop",
            "--spring.application.name=" + name,
            "--server.port=" + address.getPort(),
            "--spring.datasource.url=" + database.jdbcUrl(),
            "--spring.datasource.username=" + database.user(),
            "--spring.datasource.password=" + database.password(),
            "--shop.database=" + options.database().id(),
            "--shop.stock-url=" + addressOf(STOCK),
            "--shop.account-url=" + addressOf(ACCOUNT),
            "--attx.coordinators=" + coordinatorAddress);
    return new Child(
        name, command, Map.of("ATTX_TOKEN", token), workspace, address.resolve("/undo-rows"), http);
  }

  private URI addressOf(String name) {
    URI address = addresses.get(name);
    if (address == null) {
      throw new IllegalArgumentException("No service " + name);
    }
    return address;
  }

  private Child child(String name) {
    Child child = children.get(name);
    if (child == null) {
      throw new IllegalArgumentException("No service " + name);
    }
    return child;
  }

  /** Starts all processes and waits until they are ready. */
  void start() throws IOException, InterruptedException {
    coordinator.start();
    for (Child child : children.values()) {
      child.start();
    }
    coordinator.awaitReady();
    for (Child child : children.values()) {
      child.awaitReady();
    }
  }

  /** Puts the goods on the shelves and the money into the accounts. */
  void fill(ShopData data) throws IOException, InterruptedException {
    for (Product product : data.products()) {
      post(addressOf(STOCK).resolve("/stock"), product);
    }
    for (Account account : data.accounts()) {
      post(addressOf(ACCOUNT).resolve("/accounts"), account);
    }
  }

  private void post(URI uri, Object body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(uri + " answered " + answer.statusCode() + ": " + answer.body());
    }
  }

  OrderClient orderClient() {
    return new OrderClient(http, addressOf(ORDERS));
  }

  /** SIGKILL to the coordinator, and a new start. */
  void crashCoordinator() throws IOException, InterruptedException {
    coordinator.kill();
    coordinator.start();
    coordinator.awaitReady();
  }

  /** SIGKILL to the stock service, and a new start. */
  void crashStock() throws IOException, InterruptedException {
    Child stock = child(STOCK);
    stock.kill();
    stock.start();
    stock.awaitReady();
  }

  /**
   * Waits until phase two is done everywhere, or the limit is reached; what is left then is found
   * by the audit.
   */
  CoordinatorClient.Counts settle() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
    while (true) {
      CoordinatorClient.Counts counts = coordinatorClient.counts();
      if (isDone(counts) || System.nanoTime() - deadline > 0) {
        return counts;
      }
      Thread.sleep(100);
    }
  }

  private boolean isDone(CoordinatorClient.Counts counts) throws IOException, InterruptedException {
    if (!counts.quiet()) {
      return false;
    }
    long undo = 0;
    long fences = 0;
    for (URI service : addresses.values()) {
      UndoRowsController.Left left = left(service);
      undo += left.undoRows();
      fences += left.fences();
    }
    return undo == 0 && counts.fenced() <= fences;
  }

  private UndoRowsController.Left left(URI service) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve("/undo-rows"))
            .timeout(Duration.ofSeconds(10))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return json.readValue(answer.body(), UndoRowsController.Left.class);
  }

  /** Ends the services in good order and reads what their databases say. */
  Books books() throws IOException, java.sql.SQLException {
    for (Child child : children.values()) {
      child.stop();
    }
    return Books.read(databases.of(ORDERS), databases.of(STOCK), databases.of(ACCOUNT));
  }

  /** Kills what still runs. */
  @Override
  public void close() {
    children.values().forEach(Child::kill);
    coordinator.kill();
  }
}
