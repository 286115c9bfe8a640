package io.vde.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageRecord;
import io.vde.store.SearchResult.Hit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportFormatTest {
  private static Hit hit(String id) {
    return new Hit(new ImageRecord(id, null, 1, 1, Map.of(), "", new float[0]), 0.5f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-UtxvLKdGw4", "_6BHJpLhh8s", "--", "-12", "a=b", "noto-1f408", "a+b@c"})
  void anIdOfLettersDigitsAndDashesIsLeftAsItIs(String id) {
    String line = ExportFormat.CSV.line(hit(id), "positive");
    assertTrue(line.startsWith('"' + id + "\",0.5,positive,"), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+A1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "-A1.B2", "\t=1", "-\n=1"})
  void whatASpreadsheetWouldRunIsMadeAText(String id) {
    String line = ExportFormat.CSV.line(hit(id), null);
    assertTrue(line.startsWith("\"'" + id + "\",0.5,,"), line);
  }

  @Test
  void aQuoteIsDoubled() {
    assertEquals("\"a\"\"b\",0.5,,,\"{}\"\r\n", ExportFormat.CSV.line(hit("a\"b"), null));
  }
}
