/** What every endpoint on a socket needs: threads, and words for failures. Not for hosts. */
package io.mirror.transport.internal.net;
