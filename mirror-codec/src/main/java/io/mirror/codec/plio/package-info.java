/**
 * PLIO, the binary item format of PicoLisp (journal specification section 17): items of a stream to values and back.
 *
 * <p>Nothing here evaluates anything: a value is data.
 */
package io.mirror.codec.plio;
