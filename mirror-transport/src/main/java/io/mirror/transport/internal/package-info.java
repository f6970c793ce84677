/** Parts shared by the packages of this module, not for hosts. */
package io.mirror.transport.internal;
