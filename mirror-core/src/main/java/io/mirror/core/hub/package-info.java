/**
 * The hub: where points live, change and are watched.
 */
package io.mirror.core.hub;
