package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.spring.propagation.grpc.XidGrpcClientInterceptor;
import io.attx.spring.propagation.grpc.XidGrpcServerInterceptor;
import io.grpc.ClientInterceptor;
import io.grpc.ServerInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.client.GlobalClientInterceptor;
import org.springframework.grpc.server.GlobalServerInterceptor;

/**
 * Carries the xid with gRPC calls. Spring gRPC uses both interceptors for all channels and
 * services; without it they are beans to be handed to a channel and a server.
 */
@AutoConfiguration(after = AttxAutoConfiguration.class)
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass({ClientInterceptor.class, ServerInterceptor.class})
public class AttxGrpcAutoConfiguration {

  /** Outgoing calls. */
  @Bean
  @ConditionalOnMissingBean
  @GlobalClientInterceptor
  XidGrpcClientInterceptor xidGrpcClientInterceptor() {
    return new XidGrpcClientInterceptor();
  }

  /** Incoming calls. */
  @Bean
  @ConditionalOnMissingBean
  @GlobalServerInterceptor
  XidGrpcServerInterceptor xidGrpcServerInterceptor(AtClient client) {
    return new XidGrpcServerInterceptor(client);
  }
}
