/** What else a tunnel can be made of: one of the paths that tunnels are compared with. */
package io.mirror.benchmarks.tunnel;
