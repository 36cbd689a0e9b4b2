package io.attx.spring.autoconfigure;

import feign.RequestInterceptor;
import io.attx.spring.propagation.XidFeignInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Carries the xid with the requests of Feign clients. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(RequestInterceptor.class)
public class AttxFeignAutoConfiguration {

  /** Adds the header. */
  @Bean
  @ConditionalOnMissingBean
  XidFeignInterceptor xidFeignInterceptor() {
    return new XidFeignInterceptor();
  }
}
