package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.CoordinatorUnavailableException;
import io.attx.client.AtClient;
import io.attx.spring.RecordingClient;
import io.attx.spring.annotation.GlobalTransactional;
import io.attx.spring.interceptor.GlobalTransactionAdvisor;
import io.attx.spring.propagation.XidRequestInterceptor;
import io.attx.spring.propagation.XidServletFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.filter.OncePerRequestFilter;

@ExtendWith(OutputCaptureExtension.class)
class AttxAutoConfigurationTest {

  /** Nothing listens there. */
  private static final String NO_COORDINATOR = "attx.coordinators=127.0.0.1:1";

  private static final AutoConfigurations ALL =
      AutoConfigurations.of(
          AttxAutoConfiguration.class,
          AttxDataSourceAutoConfiguration.class,
          AttxRestClientAutoConfiguration.class,
          AttxServletAutoConfiguration.class);

  private final ApplicationContextRunner plain =
      new ApplicationContextRunner().withConfiguration(ALL).withPropertyValues(NO_COORDINATOR);
  private final WebApplicationContextRunner web =
      new WebApplicationContextRunner().withConfiguration(ALL).withPropertyValues(NO_COORDINATOR);

  @Test
  void anApplicationWithoutWebGetsTheClientAndTheAnnotationButNoFilter() {
    plain.run(
        context ->
            assertThat(context)
                .hasNotFailed()
                .hasSingleBean(AtClient.class)
                .hasSingleBean(GlobalTransactionAdvisor.class)
                .hasSingleBean(XidRequestInterceptor.class)
                .doesNotHaveBean(XidServletFilter.class));
  }

  @Test
  void aServletApplicationGetsTheFilter() {
    web.run(context -> assertThat(context).hasNotFailed().hasSingleBean(XidServletFilter.class));
  }

  @Test
  void whatTheClassPathLacksIsLeftOut() {
    web.withClassLoader(new FilteredClassLoader(RestClient.class, OncePerRequestFilter.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(AtClient.class)
                    .doesNotHaveBean(XidRequestInterceptor.class)
                    .doesNotHaveBean("xidServletFilter"));
  }

  @Test
  void disabledMeansNothingAtAll() {
    web.withPropertyValues("attx.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(AtClient.class)
                    .doesNotHaveBean(GlobalTransactionAdvisor.class)
                    .doesNotHaveBean(XidRequestInterceptor.class)
                    .doesNotHaveBean(XidServletFilter.class)
                    .doesNotHaveBean(AtDataSourcePostProcessor.class));
  }

  @Test
  void aClientOfTheUserReplacesOursAndIsClosedWithTheContext() {
    RecordingClient[] recording = new RecordingClient[1];
    plain
        .withUserConfiguration(OwnClient.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(AtClient.class);
              recording[0] = context.getBean(RecordingClient.class);
            });

    assertThat(recording[0].events()).containsExactly("client closed");
  }

  @Test
  void theApplicationStartsWithoutACoordinatorAndReportsItAndBeginFailsClearly(
      CapturedOutput output) {
    plain
        .withUserConfiguration(Work.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              context.publishEvent(
                  new ApplicationReadyEvent(
                      new SpringApplication(),
                      new String[0],
                      context.getSourceApplicationContext(),
                      null));

              assertThat(output).contains("No coordinator answers at [127.0.0.1:1]");
              assertThat(context.getBean(AtClient.class).isConnected()).isFalse();
              assertThatThrownBy(() -> context.getBean(Work.class).work())
                  .isInstanceOf(CoordinatorUnavailableException.class)
                  .hasMessageContaining("127.0.0.1:1");
            });
  }

  @Test
  void aWrongAnnotationStopsTheStartAndNamesTheMethod() {
    plain
        .withUserConfiguration(WrongTimeout.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("WrongTimeout.work"));
  }

  @Test
  void theTokenIsNotInTheTextOfTheProperties() {
    plain
        .withPropertyValues("attx.token=very-secret")
        .run(
            context -> {
              AttxProperties properties = context.getBean(AttxProperties.class);
              assertThat(properties.token()).isEqualTo("very-secret");
              assertThat(properties.toString()).doesNotContain("very-secret");
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnClient {
    @Bean
    RecordingClient recordingClient() {
      return new RecordingClient();
    }

    @Bean
    AtClient myClient(RecordingClient recording) {
      return recording.client();
    }
  }

  static class Work {
    @GlobalTransactional
    public void work() {}
  }

  static class WrongTimeout {
    @GlobalTransactional(timeout = "-1")
    public void work() {}
  }
}
