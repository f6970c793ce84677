/** The hub: storing, distributing and conflating. */
package io.mirror.benchmarks.hub;
