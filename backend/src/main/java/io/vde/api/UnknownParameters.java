package io.vde.api;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses query parameters that a call does not have, and one given twice. */
final class UnknownParameters {
  private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void check(ContainerRequestContext request, ResourceInfo resource, UriInfo uri) {
    Method method = resource.getResourceMethod();
    if (method == null || !method.getDeclaringClass().getPackageName().equals("io.vde.api")) {
      return;
    }
    Set<String> names = known.computeIfAbsent(method, UnknownParameters::names);
    uri.getQueryParameters()
        .forEach(
            (name, values) -> {
              if (!names.contains(name)) {
                throw ProblemException.malformed(name, "is not a parameter of this call");
              }
              if (values.size() > 1) {
                throw ProblemException.malformed(name, "is there twice");
              }
            });
  }

  private static Set<String> names(Method method) {
    return Stream.of(method.getParameters())
        .flatMap(UnknownParameters::names)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> names(Parameter parameter) {
    if (parameter.isAnnotationPresent(BeanParam.class)) {
      return Stream.of(parameter.getType().getRecordComponents()).map(RecordComponent::getName);
    }
    return parameter.isAnnotationPresent(RestQuery.class)
        ? Stream.of(parameter.getName())
        : Stream.empty();
  }
}
