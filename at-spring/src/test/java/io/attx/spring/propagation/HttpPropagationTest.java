package io.attx.spring.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import feign.Feign;
import feign.RequestInterceptor;
import feign.RequestLine;
import io.attx.GlobalTransactionException;
import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionContext;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.spring.BootClasses;
import io.attx.spring.annotation.GlobalTransactional;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.springframework.web.service.registry.ImportHttpServices;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Every HTTP client and both kinds of servers, over real HTTP with a real coordinator. */
class HttpPropagationTest {

  private static CoordinatorServer coordinator;
  private static ConfigurableApplicationContext servlet;
  private static ConfigurableApplicationContext reactive;
  private static ConfigurableApplicationContext caller;

  private final Caller service = caller.getBean(Caller.class);

  @BeforeAll
  static void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
    servlet = application("servlet", ServletCallee.class, WebApplicationType.SERVLET);
    reactive = application("reactive", ReactiveCallee.class, WebApplicationType.REACTIVE);
    caller = application("caller", CallerApplication.class, WebApplicationType.NONE);
    for (ConfigurableApplicationContext each : List.of(caller, servlet, reactive)) {
      each.getBean(JdbcClient.class)
          .sql("CREATE TABLE note (text VARCHAR(40) PRIMARY KEY)")
          .update();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> each.getBean(AtClient.class).isConnected());
    }
  }

  private static ConfigurableApplicationContext application(
      String name, Class<?> type, WebApplicationType web) {
    return new SpringApplicationBuilder(type)
        .web(web)
        .run(
            "--spring.application.name=" + name,
            "--spring.main.banner-mode=off",
            "--server.port=0",
            "--server.tomcat.threads.max=1",
            "--spring.datasource.url=jdbc:h2:mem:propagation-" + name + ";DB_CLOSE_DELAY=-1",
            "--spring.http.serviceclient.group.base-url=" + (servlet == null ? "" : uri(servlet)),
            "--attx.coordinators=127.0.0.1:" + coordinator.port());
  }

  @AfterAll
  static void stop() {
    caller.close();
    reactive.close();
    servlet.close();
    coordinator.close();
  }

  @BeforeEach
  void empty() {
    List.of(caller, servlet, reactive).forEach(each -> jdbc(each).sql("DELETE FROM note").update());
  }

  private static URI uri(ConfigurableApplicationContext context) {
    return URI.create(
        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  private static JdbcClient jdbc(ConfigurableApplicationContext context) {
    return context.getBean(JdbcClient.class);
  }

  private static List<String> notes(ConfigurableApplicationContext context) {
    return jdbc(context).sql("SELECT text FROM note ORDER BY text").query(String.class).list();
  }

  /** The ways of a Spring application to ask another service, each for the xid that arrives. */
  enum Client {
    REST_CLIENT_BY_THE_BUILDER_OF_BOOT {
      @Override
      String ask(URI callee) {
        RestClient client = caller.getBean(RestClient.Builder.class).baseUrl(callee).build();
        return client.get().uri("/xid").retrieve().body(String.class);
      }
    },
    REST_CLIENT_THAT_IS_A_BEAN {
      @Override
      String ask(URI callee) {
        RestClient client = caller.getBean(RestClient.class);
        return client.get().uri(callee.resolve("/xid")).retrieve().body(String.class);
      }
    },
    REST_TEMPLATE_BY_THE_BUILDER_OF_BOOT {
      @Override
      String ask(URI callee) {
        return restTemplate().getForObject(callee.resolve("/xid"), String.class);
      }
    },
    REST_TEMPLATE_THAT_IS_A_BEAN {
      @Override
      String ask(URI callee) {
        return caller
            .getBean(RestTemplate.class)
            .getForObject(callee.resolve("/xid"), String.class);
      }
    },
    WEB_CLIENT_BY_THE_BUILDER_OF_BOOT {
      @Override
      String ask(URI callee) {
        WebClient client = caller.getBean(WebClient.Builder.class).build();
        return client.get().uri(callee.resolve("/xid")).retrieve().bodyToMono(String.class).block();
      }
    },
    WEB_CLIENT_THAT_IS_A_BEAN {
      @Override
      String ask(URI callee) {
        WebClient client = caller.getBean(WebClient.class);
        return client.get().uri(callee.resolve("/xid")).retrieve().bodyToMono(String.class).block();
      }
    },
    HTTP_INTERFACE {
      @Override
      String ask(URI callee) {
        RestClient client = caller.getBean(RestClient.Builder.class).baseUrl(callee).build();
        return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
            .build()
            .createClient(XidService.class)
            .xid();
      }
    },
    HTTP_INTERFACE_OF_A_GROUP {
      @Override
      String ask(URI callee) {
        assumeTrue(
            ClassUtils.isPresent(
                "org.springframework.web.service.registry.ImportHttpServices",
                HttpPropagationTest.class.getClassLoader()),
            "Spring 6 has no groups of HTTP interfaces");
        return caller.getBean(XidService.class).xid();
      }
    },
    FEIGN {
      @Override
      String ask(URI callee) {
        return Feign.builder()
            .requestInterceptor(caller.getBean(RequestInterceptor.class))
            .target(FeignXidService.class, callee.toString())
            .xid();
      }
    };

    abstract String ask(URI callee);
  }

  private static RestTemplate restTemplate() {
    Class<?> type = BootClasses.either("restclient", "web.client", "RestTemplateBuilder");
    try {
      return (RestTemplate) type.getMethod("build").invoke(caller.getBean(type));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void aServletServiceSeesTheXidOfItsCallerAndNoneOutside(Client client) {
    List<String> seen = service.inside(() -> client.ask(uri(servlet)));

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
    assertThat(client.ask(uri(servlet))).isEqualTo("none");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HTTP_INTERFACE_OF_A_GROUP")
  void aReactiveServiceSeesTheXidOfItsCallerAndNoneOutside(Client client) {
    List<String> seen = service.inside(() -> client.ask(uri(reactive)));

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
    assertThat(client.ask(uri(reactive))).isEqualTo("none");
  }

  @Test
  void aRequestFromAThreadThatMustNotBlockCarriesTheXidToo() {
    WebClient client = caller.getBean(WebClient.class);

    List<String> seen =
        service.inside(
            () ->
                Mono.just(uri(servlet).resolve("/xid"))
                    .publishOn(Schedulers.parallel())
                    .flatMap(uri -> client.get().uri(uri).retrieve().bodyToMono(String.class))
                    .contextCapture()
                    .block());

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
  }

  @Test
  void aCallableThatAServletHandlerReturnsTakesPart() throws Exception {
    List<String> seen =
        service.inside(() -> get(uri(servlet).resolve("/later"), currentXid()).body());

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
    assertThat(get(uri(servlet).resolve("/later"), null).body()).isEqualTo("none");
  }

  @Test
  void whatServletAndReactiveServiceCommittedIsUndoneWhenTheCallerFails() {
    RestClient client = caller.getBean(RestClient.class);

    assertThatThrownBy(
            () ->
                service.inside(
                    () -> {
                      jdbc(caller).sql("INSERT INTO note VALUES ('here')").update();
                      for (ConfigurableApplicationContext each : List.of(servlet, reactive)) {
                        client.post().uri(uri(each) + "/notes/x").retrieve().toBodilessEntity();
                        assertThat(notes(each)).as("committed locally").containsExactly("x");
                      }
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes(caller)).isEmpty();
    assertThat(notes(servlet)).isEmpty();
    assertThat(notes(reactive)).isEmpty();
  }

  @Test
  void whatServletAndReactiveServiceDidStaysWhenTheCallerReturns() {
    RestClient client = caller.getBean(RestClient.class);

    service.inside(
        () -> {
          for (ConfigurableApplicationContext each : List.of(servlet, reactive)) {
            client.post().uri(uri(each) + "/notes/y").retrieve().toBodilessEntity();
          }
          return "";
        });

    assertThat(notes(servlet)).containsExactly("y");
    assertThat(notes(reactive)).containsExactly("y");
  }

  @Test
  void aServiceThatMarksRollbackOnlyIsHonouredAlthoughItsCallerSwallowsTheError() {
    RestClient client = caller.getBean(RestClient.class);

    assertThatThrownBy(
            () ->
                service.inside(
                    () -> {
                      jdbc(caller).sql("INSERT INTO note VALUES ('swallowed')").update();
                      assertThatThrownBy(
                              () ->
                                  client
                                      .post()
                                      .uri(uri(servlet) + "/failing")
                                      .retrieve()
                                      .toBodilessEntity())
                          .isInstanceOf(HttpServerErrorException.class);
                      return "as if nothing had happened";
                    }))
        .isInstanceOf(GlobalTransactionException.class);

    assertThat(notes(caller)).isEmpty();
    assertThat(notes(servlet)).isEmpty();
  }

  @Test
  void aHeaderThatIsNoXidIsAnsweredWith400ByTheReactiveServiceToo() throws Exception {
    for (String wrong : List.of("garbage", "", "1-1-1,1-1-2")) {
      HttpResponse<String> answer = get(uri(reactive).resolve("/xid"), wrong);

      assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
      assertThat(answer.body()).contains("Nothing was executed");
    }
  }

  private static String currentXid() {
    return String.valueOf(GlobalTransactionContext.currentXid()).replace("null", "none");
  }

  private static HttpResponse<String> get(URI uri, String xid) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (xid != null) {
      request.header(XidHeader.NAME, xid);
    }
    try {
      return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  interface XidService {
    @GetExchange("/xid")
    String xid();
  }

  interface FeignXidService {
    @RequestLine("GET /xid")
    String xid();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @ImportHttpServices(group = "group", types = XidService.class)
  static class CallerApplication {
    @Bean
    Caller caller() {
      return new Caller();
    }

    @Bean
    RestClient restClient() {
      return RestClient.create();
    }

    @Bean
    RestTemplate restTemplate() {
      return new RestTemplate();
    }

    @Bean
    WebClient webClient() {
      return WebClient.create();
    }
  }

  static class Caller {
    /** Own xid and what the work returns, in a transaction that the coordinator knows. */
    @GlobalTransactional
    public List<String> inside(Supplier<String> work) {
      GlobalTransactionContext.current().export();
      return List.of(currentXid(), work.get());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class ServletCallee {
    @Bean
    ServletController controller(JdbcClient jdbc) {
      return new ServletController(jdbc);
    }
  }

  @RestController
  static class ServletController {
    private final JdbcClient jdbc;

    ServletController(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @GetMapping("/xid")
    public String xid() {
      return currentXid();
    }

    @GetMapping("/later")
    public Callable<String> later() {
      return HttpPropagationTest::currentXid;
    }

    @PostMapping("/notes/{text}")
    public void add(@PathVariable String text) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(text).update();
    }

    @PostMapping("/failing")
    @GlobalTransactional
    public void fail() {
      jdbc.sql("INSERT INTO note VALUES ('failing')").update();
      throw new IllegalStateException("failing");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class ReactiveCallee {
    @Bean
    ReactiveController controller(JdbcClient jdbc) {
      return new ReactiveController(jdbc);
    }
  }

  /** Blocking work of a reactive service belongs on a thread that may block. */
  @RestController
  static class ReactiveController {
    private final JdbcClient jdbc;

    ReactiveController(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @GetMapping("/xid")
    public Mono<String> xid() {
      return Mono.fromCallable(HttpPropagationTest::currentXid)
          .subscribeOn(Schedulers.boundedElastic())
          .filter(xid -> xid.equals(currentXid()));
    }

    @PostMapping("/notes/{text}")
    public Mono<Void> add(@PathVariable String text) {
      return Mono.fromCallable(() -> jdbc.sql("INSERT INTO note VALUES (?)").param(text).update())
          .subscribeOn(Schedulers.boundedElastic())
          .then();
    }
  }
}
