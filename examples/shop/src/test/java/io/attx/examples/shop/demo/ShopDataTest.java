package io.attx.examples.shop.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.examples.shop.order.OrderRequest;
import io.attx.examples.shop.stock.Product;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ShopDataTest {

  @Test
  void theFileHasAtLeastFiveHundredOrdersThatOnlyNameKnownGoodsAndCustomers() throws IOException {
    ShopData data = ShopData.read(600);

    assertThat(data.orders())
        .hasSize(600)
        .extracting(OrderRequest::orderNo)
        .doesNotHaveDuplicates();
    assertThat(data.products()).extracting(Product::sku).containsAll(wantedBySku(data).keySet());
    assertThat(data.accounts())
        .extracting(account -> account.name())
        .containsAll(data.orders().stream().map(OrderRequest::account).toList());
  }

  @Test
  void someGoodsAreScarceAndMostAreNot() throws IOException {
    ShopData data = ShopData.read(600);
    Map<String, Integer> wanted = wantedBySku(data);

    assertThat(data.products()).anyMatch(product -> product.quantity() < wanted.get(product.sku()));
    assertThat(data.products()).anyMatch(product -> product.quantity() > wanted.get(product.sku()));
  }

  @Test
  void moreOrdersThanTheFileHasComeUnderNewNumbersWithMoreStock() throws IOException {
    ShopData once = ShopData.read(600);
    ShopData twice = ShopData.read(1200);

    assertThat(twice.orders())
        .hasSize(1200)
        .extracting(OrderRequest::orderNo)
        .doesNotHaveDuplicates();
    assertThat(twice.products().get(0).quantity()).isEqualTo(2 * once.products().get(0).quantity());
  }

  private static Map<String, Integer> wantedBySku(ShopData data) {
    return data.orders().stream()
        .collect(
            Collectors.groupingBy(
                OrderRequest::sku, Collectors.summingInt(OrderRequest::quantity)));
  }
}
