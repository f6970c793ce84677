package io.mirror.codec.dhtp;

/** One item of a text message: an atom or a nested list (DHTP section 2.2). */
public sealed interface Item permits Atom, Expression {}
