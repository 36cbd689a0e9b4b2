package io.attx.spring.alone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.CoordinatorUnavailableException;
import io.attx.client.AtClient;
import io.attx.spring.annotation.GlobalTransactional;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The class path of this module is that of an application with the starter and nothing else. */
class StarterAloneTest {

  private static final Set<String> STARTER =
      Set.of(
          // Ours.
          "at-spring",
          "at-datasource-proxy",
          "at-core",
          "undo-log-schema",
          // The network and what travels on it.
          "netty-buffer",
          "netty-codec-base",
          "netty-common",
          "netty-handler",
          "netty-resolver",
          "netty-transport",
          "netty-transport-native-unix-common",
          "kryo",
          "minlog",
          "objenesis",
          "reflectasm",
          // SQL texts.
          "jsqlparser",
          "caffeine",
          // Spring Boot without any starter of its own.
          "spring-boot",
          "spring-boot-autoconfigure",
          "spring-aop",
          "spring-beans",
          "spring-context",
          "spring-core",
          "spring-expression",
          "commons-logging",
          "micrometer-commons",
          "micrometer-observation",
          // What everybody has.
          "slf4j-api",
          "error_prone_annotations",
          "jspecify");

  private static final Set<String> OF_THE_TESTS =
      Set.of("apiguardian-api", "assertj-core", "byte-buddy", "opentest4j");

  @Test
  void theStarterBringsNoLibraryThatNobodyAskedFor() {
    assertThat(classPath()).containsExactlyInAnyOrderElementsOf(new TreeSet<>(STARTER));
  }

  @Test
  void anApplicationWithoutAnyOtherLibraryStartsAndSaysClearlyThatThereIsNoCoordinator() {
    SpringApplication application = new SpringApplication(Application.class);
    try (ConfigurableApplicationContext context =
        application.run("--attx.coordinators=127.0.0.1:1", "--spring.main.banner-mode=off")) {
      assertThat(context.getBean(AtClient.class).isConnected()).isFalse();
      assertThatThrownBy(() -> context.getBean(Work.class).work())
          .isInstanceOf(CoordinatorUnavailableException.class)
          .hasMessageContaining("127.0.0.1:1");
    }
  }

  /** Names of jars without versions; our own modules may be folders of classes. */
  private static Set<String> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .flatMap(StarterAloneTest::artifact)
        .filter(name -> !OF_THE_TESTS.contains(name) && !name.startsWith("junit-"))
        .filter(name -> !name.startsWith("surefire"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> artifact(Path path) {
    String file = path.getFileName().toString();
    if (file.endsWith(".jar")) {
      return Stream.of(file.replaceFirst("-\\d.*", ""));
    }
    return StreamSupport.stream(path.spliterator(), false)
        .map(Path::toString)
        .filter(name -> STARTER.contains(name))
        .limit(1);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Work work() {
      return new Work();
    }
  }

  static class Work {
    @GlobalTransactional
    public void work() {}
  }
}
