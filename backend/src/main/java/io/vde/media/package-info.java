/**
 * Image bytes: what type they are, how big they may be, how they become RGB, where they come from
 * and where they are kept. The one decoder and the one safe fetcher of the product. Knows no other
 * package of ours.
 */
package io.vde.media;
