package io.attx.spring.propagation.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.spring.annotation.JoinGlobalTransaction;
import io.attx.spring.autoconfigure.AttxAutoConfiguration;
import io.attx.spring.autoconfigure.AttxMessagingAutoConfiguration;
import io.attx.spring.propagation.XidHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

class MessagePropagationTest {

  private static CoordinatorServer coordinator;

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AttxAutoConfiguration.class, AttxMessagingAutoConfiguration.class))
          .withPropertyValues("attx.coordinators=127.0.0.1:" + coordinator.port());

  @BeforeAll
  static void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  @Test
  void aRecordThatKafkaIsSentInsideATransactionNamesItOnce() {
    context
        .withUserConfiguration(Kafka.class)
        .run(
            started -> {
              KafkaTemplate<String, String> template = template(started);
              MockProducer<String, String> broker = started.getBean(Kafka.class).broker;

              template.send("topic", "outside");
              GlobalTransaction transaction = begin(started);
              template.send("topic", "inside");
              transaction.rollback();

              assertThat(xids(broker.history().get(0))).isEmpty();
              assertThat(xids(broker.history().get(1)))
                  .containsExactly(transaction.xid().toString());
            });
  }

  @Test
  void aMessageThatRabbitIsSentInsideATransactionNamesIt() {
    context
        .withUserConfiguration(Rabbit.class)
        .run(
            started -> {
              RabbitTemplate template = started.getBean(RabbitTemplate.class);
              GlobalTransaction transaction = begin(started);
              Message message = new Message(new byte[0], new MessageProperties());
              template
                  .getBeforePublishPostProcessors()
                  .forEach(each -> each.postProcessMessage(message));
              transaction.rollback();

              assertThat(message.getMessageProperties().<String>getHeader(XidHeader.NAME))
                  .isEqualTo(transaction.xid().toString());
            });
  }

  @Test
  void aListenerJoinsOnlyIfItIsToldTo() {
    context
        .withUserConfiguration(Listeners.class)
        .run(
            started -> {
              GlobalTransaction transaction = begin(started);
              String xid = transaction.xid().toString();
              transaction.rollback();
              Listener listener = started.getBean(Listener.class);

              ConsumerRecord<String, String> record = new ConsumerRecord<>("t", 0, 0, "k", "v");
              record.headers().add(XidHeader.NAME, xid.getBytes(StandardCharsets.US_ASCII));
              assertThat(listener.joinsByRecord(record)).isEqualTo(xid);
              assertThat(listener.doesNotJoin(record)).isEqualTo("none");

              Message message = new Message(new byte[0], new MessageProperties());
              message.getMessageProperties().setHeader(XidHeader.NAME, xid);
              assertThat(listener.joinsByAmqpMessage(message)).isEqualTo(xid);

              assertThat(
                      listener.joinsByMessage(
                          MessageBuilder.withPayload("x").setHeader(XidHeader.NAME, xid).build()))
                  .isEqualTo(xid);
              assertThat(
                      listener.joinsByHeaders(
                          new MessageHeaders(
                              Map.of(XidHeader.NAME, xid.getBytes(StandardCharsets.US_ASCII)))))
                  .isEqualTo(xid);
              assertThat(listener.joinsByHeader("payload", xid)).isEqualTo(xid);
              assertThat(listener.joinsByHeader("payload", null)).isEqualTo("none");
              assertThat(GlobalTransactionContext.current()).isNull();
            });
  }

  @Test
  void aListenerThatSpringForKafkaCallsJoinsTheTransactionOfTheRecord() {
    context
        .withUserConfiguration(KafkaListening.class)
        .run(
            started -> {
              GlobalTransaction transaction = begin(started);
              String xid = transaction.xid().toString();
              transaction.rollback();
              AcknowledgingConsumerAwareMessageListener<String, String> container =
                  listener(started);
              ConsumerRecord<String, String> record = new ConsumerRecord<>("t", 0, 0, "k", "v");
              KafkaListening listening = started.getBean(KafkaListening.class);

              container.onMessage(record, null, null);
              assertThat(listening.seen).containsExactly("v none");
              record.headers().add(XidHeader.NAME, xid.getBytes(StandardCharsets.US_ASCII));
              container.onMessage(record, null, null);
              assertThat(listening.seen).containsExactly("v none", "v " + xid);
            });
  }

  @SuppressWarnings("unchecked")
  private static AcknowledgingConsumerAwareMessageListener<String, String> listener(
      ApplicationContext context) {
    return (AcknowledgingConsumerAwareMessageListener<String, String>)
        context
            .getBean(KafkaListenerEndpointRegistry.class)
            .getListenerContainer("joining")
            .getContainerProperties()
            .getMessageListener();
  }

  @Test
  void aWrongXidFailsBeforeTheListenerRuns() {
    context
        .withUserConfiguration(Listeners.class)
        .run(
            started ->
                assertThatThrownBy(
                        () -> started.getBean(Listener.class).joinsByHeader("payload", "garbage"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Nothing was executed"));
  }

  @Test
  void aListenerThatCannotSeeTheHeaderStopsTheStart() {
    context
        .withUserConfiguration(BlindListener.class)
        .run(
            started ->
                assertThat(started)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("BlindListener.listen")
                    .hasMessageContaining("Add one"));
  }

  @Test
  void whatTheClassPathLacksIsLeftOut() {
    context
        .withClassLoader(new FilteredClassLoader(ProducerFactory.class, RabbitTemplate.class))
        .run(
            started ->
                assertThat(started)
                    .hasNotFailed()
                    .hasSingleBean(JoinGlobalTransactionAdvisor.class)
                    .doesNotHaveBean("attxKafkaPostProcessor")
                    .doesNotHaveBean("attxRabbitPostProcessor"));
    context
        .withClassLoader(new FilteredClassLoader(org.springframework.messaging.Message.class))
        .run(
            started ->
                assertThat(started)
                    .hasNotFailed()
                    .doesNotHaveBean(JoinGlobalTransactionAdvisor.class));
  }

  @SuppressWarnings("unchecked")
  private static KafkaTemplate<String, String> template(ApplicationContext context) {
    return context.getBean(KafkaTemplate.class);
  }

  private static List<String> xids(ProducerRecord<String, String> record) {
    List<String> xids = new ArrayList<>();
    for (Header header : record.headers().headers(XidHeader.NAME)) {
      xids.add(new String(header.value(), StandardCharsets.US_ASCII));
    }
    return xids;
  }

  private static GlobalTransaction begin(ApplicationContext context) {
    AtClient client = context.getBean(AtClient.class);
    await().atMost(Duration.ofSeconds(60)).until(client::isConnected);
    return client.begin(GlobalTransactionOptions.named("messages"));
  }

  @Configuration(proxyBeanMethods = false)
  static class Kafka {
    final MockProducer<String, String> broker =
        new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());

    @Bean
    ProducerFactory<String, String> producerFactory() {
      DefaultKafkaProducerFactory<String, String> factory =
          new DefaultKafkaProducerFactory<>(
              Map.of(
                  "bootstrap.servers", "127.0.0.1:1",
                  "key.serializer", StringSerializer.class,
                  "value.serializer", StringSerializer.class));
      factory.addPostProcessor(
          unconnected -> {
            unconnected.close(Duration.ZERO);
            return broker;
          });
      return factory;
    }

    @Bean
    KafkaTemplate<String, String> kafkaTemplate(ProducerFactory<String, String> factory) {
      return new KafkaTemplate<>(factory);
    }
  }

  /** Has a listener whose container is not started. */
  @Configuration(proxyBeanMethods = false)
  @EnableKafka
  static class KafkaListening {
    final List<String> seen = new ArrayList<>();

    @Bean
    ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory() {
      ConcurrentKafkaListenerContainerFactory<String, String> factory =
          new ConcurrentKafkaListenerContainerFactory<>();
      factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(Map.of()));
      factory.setAutoStartup(false);
      return factory;
    }

    @Bean
    KafkaService kafkaService(KafkaListening listening) {
      return new KafkaService(listening);
    }
  }

  static class KafkaService {
    private final KafkaListening listening;

    KafkaService(KafkaListening listening) {
      this.listening = listening;
    }

    @JoinGlobalTransaction
    @KafkaListener(id = "joining", topics = "t")
    public void listen(
        String payload,
        @org.springframework.messaging.handler.annotation.Header(
                name = XidHeader.NAME,
                required = false)
            String xid) {
      listening.seen.add(payload + " " + Listener.xidHere());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Rabbit {
    @Bean
    RabbitTemplate rabbitTemplate() {
      return new RabbitTemplate(new CachingConnectionFactory());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Listeners {
    @Bean
    Listener listener() {
      return new Listener();
    }
  }

  static class Listener {
    @JoinGlobalTransaction
    public String joinsByRecord(ConsumerRecord<String, String> record) {
      return xidHere();
    }

    public String doesNotJoin(ConsumerRecord<String, String> record) {
      return xidHere();
    }

    @JoinGlobalTransaction
    public String joinsByAmqpMessage(Message message) {
      return xidHere();
    }

    @JoinGlobalTransaction
    public String joinsByMessage(org.springframework.messaging.Message<String> message) {
      return xidHere();
    }

    @JoinGlobalTransaction
    public String joinsByHeaders(MessageHeaders headers) {
      return xidHere();
    }

    @JoinGlobalTransaction
    public String joinsByHeader(
        String payload,
        @org.springframework.messaging.handler.annotation.Header(
                name = XidHeader.NAME,
                required = false)
            String xid) {
      return xidHere();
    }

    private static String xidHere() {
      return String.valueOf(GlobalTransactionContext.currentXid()).replace("null", "none");
    }
  }

  static class BlindListener {
    @JoinGlobalTransaction
    public void listen(String payload) {}
  }
}
