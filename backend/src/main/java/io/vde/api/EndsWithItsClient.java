package io.vde.api;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A call that changes nothing and may take long: when its client goes away, its thread is
 * interrupted, so that what it waits for leaves the queues and its search ends. Whatever changes
 * something goes on to its end.
 */
@NameBinding
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface EndsWithItsClient {}
