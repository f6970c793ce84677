/** What a machine can tell about itself, as points. */
package io.mirror.examples.telemetry;
