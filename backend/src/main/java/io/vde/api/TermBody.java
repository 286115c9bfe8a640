package io.vde.api;

import io.vde.search.QueryTerm;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One term of a query: exactly one of text, imageId, image, vector and session. */
@Schema(
    name = "Term",
    description = "Exactly one of text, imageId, image, vector and session, and a weight")
public record TermBody(
    @Schema(description = "Words", examples = "red heart") String text,
    @Schema(description = "An image of the dataset") String imageId,
    @Schema(description = "An image by url or base64") ImageSource image,
    @Schema(description = "A vector of the dataset's dimension") float[] vector,
    @Schema(description = "A session: its present classifier") String session,
    @Schema(description = "Finite, -10 to 10; negative subtracts", defaultValue = "1")
        Double weight) {

  /**
   * The terms for the search.
   *
   * @param classifier gives the vector of a session
   */
  static List<QueryTerm> resolved(List<TermBody> terms, Function<String, float[]> classifier) {
    if (terms == null || terms.isEmpty()) {
      throw ProblemException.malformed("query", "is missing");
    }
    List<QueryTerm> resolved = new ArrayList<>();
    for (TermBody term : terms) {
      resolved.add(resolved(term, "query[" + resolved.size() + "]", classifier));
    }
    return resolved;
  }

  private static QueryTerm resolved(
      TermBody term, String at, Function<String, float[]> classifier) {
    if (term == null
        || Stream.of(term.text, term.imageId, term.image, term.vector, term.session)
                .filter(Objects::nonNull)
                .count()
            != 1) {
      throw ProblemException.malformed(
          at, "must have exactly one of text, imageId, image, vector and session");
    }
    double weight = term.weight == null ? 1 : term.weight;
    if (term.text != null) {
      return new QueryTerm.Text(term.text, weight);
    }
    if (term.imageId != null) {
      return new QueryTerm.Image(term.imageId, weight);
    }
    if (term.vector != null) {
      return new QueryTerm.Vector(term.vector, weight);
    }
    if (term.session != null) {
      return new QueryTerm.Vector(classifier.apply(term.session), weight);
    }
    return picture(term.image, at + ".image", weight);
  }

  private static QueryTerm picture(ImageSource image, String at, double weight) {
    if (image.dataset() != null || image.id() != null) {
      throw ProblemException.malformed(at, "must have url or base64; an image by id is imageId");
    }
    if ((image.url() == null) == (image.base64() == null)) {
      throw ProblemException.malformed(at, "must have exactly one of url and base64");
    }
    return image.url() != null
        ? new QueryTerm.Url(uri(image.url(), at + ".url"), weight)
        : new QueryTerm.Bytes(image.base64(), weight);
  }

  /** The address, when it is one. */
  static URI uri(String url, String at) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw ProblemException.malformed(at, "is not a URL");
    }
  }
}
