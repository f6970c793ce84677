package io.mirror.examples.demo;

/** Shows the demonstration. */
interface View extends AutoCloseable {
    /** Tells something that happened. */
    void event(String text);

    /** Shows how both hubs are now. */
    void frame(Frame frame);

    /** Ends the showing; what is printed afterwards stands below it. */
    @Override
    void close();
}
