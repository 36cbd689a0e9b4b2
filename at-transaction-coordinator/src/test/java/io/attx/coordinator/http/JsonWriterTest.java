package io.attx.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void writesMembersListsAndObjectsWithCommasWhereTheyBelong() {
    String json =
        JsonWriter.object(
            out ->
                out.member("a", 1)
                    .member("b", object -> object.member("c", true).member("d", "x"))
                    .list("e", List.of(1, 2), (each, n) -> each.member("n", n))
                    .list("f", List.<Integer>of(), (each, n) -> each.member("n", n))
                    .member("g", -5));
    assertThat(json)
        .isEqualTo(
            "{\"a\":1,\"b\":{\"c\":true,\"d\":\"x\"},\"e\":[{\"n\":1},{\"n\":2}],\"f\":[],\"g\":-5}");
  }

  @Test
  void escapesWhatWouldEndAStringOrAScript() {
    String json = JsonWriter.object(out -> out.member("m", "\"\\\n\r\t\u0001</script>ä"));
    assertThat(json).isEqualTo("{\"m\":\"\\\"\\\\\\n\\r\\t\\u0001\\u003c/script\\u003eä\"}");
  }
}
