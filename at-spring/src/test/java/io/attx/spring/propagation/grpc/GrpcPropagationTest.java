package io.attx.spring.propagation.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that answers the xid it sees, behind the interceptors, on a pool of one thread. */
class GrpcPropagationTest {

  private static final MethodDescriptor<String, String> XID =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Xids/Get")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private CoordinatorServer coordinator;
  private AtClient client;
  private ExecutorService pool;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
    client =
        AtClient.connect(
            AtClientOptions.builder().coordinators("127.0.0.1:" + coordinator.port()).build());
    await().atMost(Duration.ofSeconds(60)).until(client::isConnected);
    pool = Executors.newSingleThreadExecutor();
    server =
        InProcessServerBuilder.forName("xids")
            .executor(pool)
            .intercept(new XidGrpcServerInterceptor(client))
            .addService(
                ServerServiceDefinition.builder("test.Xids")
                    .addMethod(
                        XID,
                        ServerCalls.asyncUnaryCall(
                            (request, answer) -> {
                              answer.onNext(xidHere());
                              answer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    channel =
        InProcessChannelBuilder.forName("xids").intercept(new XidGrpcClientInterceptor()).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    pool.shutdownNow();
    client.close();
    coordinator.close();
  }

  @Test
  void theServiceSeesTheXidOfItsCallerAndNoneOutside() throws Exception {
    GlobalTransaction transaction = client.begin(GlobalTransactionOptions.named("grpc"));
    String inside = ask();
    transaction.rollback();

    assertThat(inside).isEqualTo(transaction.xid().toString());
    assertThat(ask()).isEqualTo("none");
    assertThat(pool.submit(GrpcPropagationTest::xidHere).get())
        .as("the thread is free")
        .isEqualTo("none");
  }

  @Test
  void aWrongXidIsRefusedBeforeTheServiceIsCalled() {
    Metadata wrong = new Metadata();
    wrong.put(XidMetadata.KEY, "garbage");

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(
                        channel, MetadataUtils.newAttachHeadersInterceptor(wrong)),
                    XID,
                    CallOptions.DEFAULT,
                    ""))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
        .hasMessageContaining("Nothing was executed");
  }

  private String ask() {
    return ClientCalls.blockingUnaryCall(channel, XID, CallOptions.DEFAULT, "");
  }

  private static String xidHere() {
    return String.valueOf(GlobalTransactionContext.currentXid()).replace("null", "none");
  }

  /** Plain text, so that no code has to be generated. */
  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
