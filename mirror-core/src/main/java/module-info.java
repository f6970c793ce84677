import org.jspecify.annotations.NullMarked;

/** Points, hubs and the rules of a link. Does no input or output and needs no other library at run time. */
@NullMarked
module io.mirror.core {
    requires static org.jspecify;

    exports io.mirror.core.access;
    exports io.mirror.core.command;
    exports io.mirror.core.metrics;
    exports io.mirror.core.point;
    exports io.mirror.core.hub;
    exports io.mirror.core.link;
}
