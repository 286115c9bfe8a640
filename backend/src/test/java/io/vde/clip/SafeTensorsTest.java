package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  @TempDir Path folder;

  @Test
  void wholeAndHalfFloatsAreRead() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2).putShort(Float.floatToFloat16(.25f)).putShort((short) 0);
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[8,12]}}",
        data.array());
    SafeTensors file = SafeTensors.open(folder, "m.safetensors");
    assertArrayEquals(new float[] {1.5f, -2}, file.floats("a", 1, 2));
    assertArrayEquals(new float[] {.25f, 0}, file.floats("b", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":{}}",
        "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "[]",
        "{"
      })
  void whatDoesNotFitIsRefusedAndTheFileNamed(String header) throws Exception {
    write(header, new byte[8]);
    BundleException e =
        assertThrows(
            BundleException.class, () -> SafeTensors.open(folder, "m.safetensors").floats("a", 2));
    assertTrue(e.getMessage().contains("m.safetensors"), e.getMessage());
  }

  @Test
  void aHeaderLongerThanTheFileIsRefused() throws Exception {
    Files.write(folder.resolve("m.safetensors"), new byte[] {-1, -1, -1, 127, 0, 0, 0, 0, '{'});
    assertThrows(BundleException.class, () -> SafeTensors.open(folder, "m.safetensors"));
  }

  private void write(String header, byte[] data) throws Exception {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data);
    Files.write(folder.resolve("m.safetensors"), file.array());
  }
}
