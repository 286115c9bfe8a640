package io.vde.clip;

/**
 * What the model holds at this moment.
 *
 * @param textsWaiting texts in the queue
 * @param imagesWaiting images in the queue
 * @param cachedQueries texts whose vectors are kept
 * @param bufferBytes memory that inputs are laid into, outside the heap
 * @param loadedBytes by how much the process grew while the model was loaded and warmed up; 0 where
 *     the system does not say
 */
public record ModelUsage(
    int textsWaiting, int imagesWaiting, int cachedQueries, long bufferBytes, long loadedBytes) {}
