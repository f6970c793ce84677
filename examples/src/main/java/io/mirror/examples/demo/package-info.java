/** The demonstration: two hubs in two processes, one validated TLS link, the telemetry of this machine. */
package io.mirror.examples.demo;
