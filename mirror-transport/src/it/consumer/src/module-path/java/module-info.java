/** A host application that names only the module it uses. */
module io.mirror.consumer {
    requires io.mirror.transport;
}
