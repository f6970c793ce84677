/**
 * Object replication between Swarm-style clusters: a client and a node for SCSP with the method SEND, and a feed that
 * catches up after failures (SCSP sections 2, 7, 9.4).
 */
package io.mirror.replica.scsp;
