package io.attx.spring.autoconfigure;

import io.attx.spring.propagation.XidRequestInterceptor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * Carries the xid with the requests of each {@code RestClient}, {@code RestTemplate} and HTTP
 * interface client that is a bean, or is built by a builder that is a bean or comes from Spring
 * Boot.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(RestClient.class)
@Import(AttxRestClientAutoConfiguration.Customizers.class)
public class AttxRestClientAutoConfiguration {

  /** Adds the header. */
  @Bean
  @ConditionalOnMissingBean
  XidRequestInterceptor xidRequestInterceptor() {
    return new XidRequestInterceptor();
  }

  /** Tells the beans. */
  @Bean
  static HttpClientPostProcessor attxHttpClientPostProcessor(
      ObjectProvider<XidRequestInterceptor> interceptor) {
    return new HttpClientPostProcessor(interceptor);
  }

  /** Tells what Spring Boot builds without making it a bean. */
  static final class Customizers extends CustomizerRegistrar {

    Customizers(BeanFactory beans, ClassLoader loader) {
      super(
          beans,
          loader,
          "org.springframework.boot.restclient.RestClientCustomizer",
          "org.springframework.boot.restclient.RestTemplateCustomizer",
          "org.springframework.boot.web.client.RestClientCustomizer",
          "org.springframework.boot.web.client.RestTemplateCustomizer");
    }

    @Override
    void customize(Object made, BeanFactory beans) {
      HttpClientPostProcessor.tell(made, beans.getBean(XidRequestInterceptor.class));
    }
  }

  /** Adds the interceptor to a client or builder before anybody gets it. */
  record HttpClientPostProcessor(ObjectProvider<XidRequestInterceptor> interceptor)
      implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
      if (bean instanceof RestClient client) {
        RestClient.Builder builder = client.mutate();
        return tell(builder, interceptor.getObject()) ? builder.build() : client;
      }
      if (bean instanceof RestClient.Builder || bean instanceof RestTemplate) {
        tell(bean, interceptor.getObject());
      }
      return bean;
    }

    /** Returns whether the interceptor was not there before. */
    static boolean tell(Object made, XidRequestInterceptor interceptor) {
      boolean[] added = new boolean[1];
      if (made instanceof RestTemplate template) {
        added[0] = interceptor.addTo(template.getInterceptors());
      } else if (made instanceof RestClient.Builder builder) {
        builder.requestInterceptors(all -> added[0] = interceptor.addTo(all));
      }
      return added[0];
    }
  }
}
