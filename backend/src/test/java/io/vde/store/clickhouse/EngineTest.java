package io.vde.store.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address of a server to run the tests against is taken whole. */
class EngineTest {
  @ParameterizedTest
  @CsvSource({
    "http://host, http://host:8123, default, ''",
    "https://host, https://host:8443, default, ''",
    "http://me@host:80/click, http://host:80/click, me, ''",
    "https://me:a:b%40:@host:443/, https://host:443/, me, a:b@:",
  })
  void anAddressHasAServerAUserAndAPassword(
      String address, String url, String user, String password) {
    assertEquals(new Engine.Given(url, user, password), Engine.Given.of(address));
  }
}
