package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tour of the README says the truth: its commands are run as they stand, in one shell, and must
 * print what stands below them. An ellipsis stands for anything.
 */
class TourIT {
  private static final Pattern STEP =
      Pattern.compile(
          "```sh\\R(?<command>[^`]*?)```\\s+```(?:json|text)\\R(?<answer>.*?)```", Pattern.DOTALL);
  private static final String MARK = "=== end of step ===";

  @TempDir Path folder;

  private record Step(String command, String answer) {}

  @Test
  void theCommandsOfTheTourAnswerWhatTheReadmeSays() throws Exception {
    String readme = Files.readString(Path.of("../README.md"));
    String tour = readme.substring(readme.indexOf("## Five minutes"));
    List<Step> steps = new ArrayList<>();
    for (Matcher step = STEP.matcher(tour); step.find(); ) {
      steps.add(new Step(step.group("command"), step.group("answer")));
    }
    assertTrue(steps.size() >= 5, "steps: " + steps.size());
    try (Server server = Server.startWithDemo(folder.resolve("data"))) {
      String script =
          steps.stream()
              .map(step -> step.command + "\necho; echo '" + MARK + "'\n")
              .collect(Collectors.joining())
              .replace("localhost:8080", "localhost:" + server.port);
      String[] answers = run(script).split(Pattern.quote(MARK));
      for (int i = 0; i < steps.size(); i++) {
        String answer = answers[i].strip().replace(":" + server.port, ":8080");
        assertTrue(
            expected(steps.get(i).answer).matcher(answer).matches(),
            "%s\nshould print\n%s\nbut printed\n%s"
                .formatted(steps.get(i).command, steps.get(i).answer, answer));
      }
    }
  }

  /** White space between the lines of JSON does not matter; an ellipsis is anything. */
  private static Pattern expected(String answer) {
    return Pattern.compile(
        Stream.of(answer.strip().split("…", -1))
            .map(
                part ->
                    Stream.of(part.split("\\s*\\R\\s*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining("\\s*")))
            .collect(Collectors.joining(".*?")),
        Pattern.DOTALL);
  }

  private String run(String script) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("tour.sh"), script);
    Process process =
        new ProcessBuilder("bash", file.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
