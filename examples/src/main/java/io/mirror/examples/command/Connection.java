package io.mirror.examples.command;

import io.mirror.core.access.Credentials;
import io.mirror.core.access.Secret;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.TrustAnchors;
import io.mirror.transport.dhtp.MirrorClient;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of all commands that connect to a master. */
final class Connection {
    /** The Java runtime puts names of its classes into the texts about certificates. */
    private static final Pattern EXCEPTION_NAME = Pattern.compile("(\\w+\\.)+\\w+Exception: ");

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Trust the certificates in this PEM file instead of the system's. For tls:// and wss:// addresses.")
    @Nullable
    Path ca;

    @Option(
            names = "--insecure",
            description = "Do not check who the master is: any certificate and any host name will do."
                    + " For tls:// and wss:// addresses, for trying things out.")
    boolean insecure;

    @Option(names = "--user", paramLabel = "NAME", description = "Log in as this user. The password is asked for.")
    @Nullable
    String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Take the password from the first line of this file instead of asking.")
    @Nullable
    Path passwordFile;

    @Option(names = "--allow-plaintext", description = "Send the password although the connection is not encrypted.")
    boolean allowPlaintext;

    private Optional<Credentials> credentials = Optional.empty();

    /** Refuses combinations that make no sense, before anything is asked or opened. */
    void check(Address address) {
        if (!address.tls() && (ca != null || insecure)) {
            throw usage(
                    (ca != null ? "--ca" : "--insecure") + " is about TLS; write the address as " + address.withTls());
        }
        if (ca != null && insecure) {
            throw usage("--ca and --insecure exclude each other: the first says whom to trust, the second trusts all");
        }
        if (user == null && passwordFile != null) {
            throw usage("--password-file needs --user");
        }
        if (user != null && user.isEmpty()) {
            throw usage("--user is empty");
        }
        if (user == null && allowPlaintext) {
            throw usage("--allow-plaintext is about a password; it needs --user");
        }
        if (user != null && !address.tls() && !allowPlaintext) {
            throw usage("the password would cross the network in clear text; write the address as " + address.withTls()
                    + ", or give --allow-plaintext");
        }
    }

    private MirrorClient connect(Address address) throws IOException {
        check(address);
        MirrorClient.Builder client = MirrorClient.builder(address.server()).allowPlaintextSecrets(allowPlaintext);
        if (address.tls()) {
            client.tls(tls());
        }
        if (address.scheme().webSocket()) {
            client.webSocket(address.webSocket());
        }
        credentials().ifPresent(client::credentials);
        return client.connect().toCompletableFuture().join();
    }

    /** Asks a master something; a failure says what may help. */
    <T> T ask(Address address, Function<MirrorClient, CompletionStage<T>> question) throws IOException {
        try (MirrorClient client = connect(address)) {
            return question.apply(client).toCompletableFuture().join();
        } catch (CompletionException | TransportException e) {
            throw new CommandFailure(withHint(Failures.describe(e), address), e);
        }
    }

    /** Adds to the description of a failure which option may help. */
    String withHint(String failure, Address address) {
        String problem = EXCEPTION_NAME.matcher(failure).replaceAll("");
        if (problem.contains("PKIX") && ca == null) {
            return problem + "; to trust its authority give --ca FILE";
        }
        if (problem.contains("(-23)") && user == null) {
            return problem + "; log in with --user NAME";
        }
        if (!address.tls() && (problem.contains("closed the connection") || problem.contains("connection lost"))) {
            return problem + "; if it wants TLS, write " + address.withTls();
        }
        return problem;
    }

    /** Describes a link that only reads a domain and marks it Not Connected while the master is away. */
    LinkConfig readOnlyLink(Address address, String domain) throws IOException {
        check(address);
        LinkFlags flags =
                LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE, LinkFlag.USE_BINARY);
        if (address.tls()) {
            flags = flags.with(LinkFlag.USE_SSL);
            flags = insecure ? flags : flags.with(LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST);
        }
        flags = address.scheme().webSocket() ? flags.with(LinkFlag.USE_WEBSOCKET) : flags;
        LinkConfig.Builder config = LinkConfig.to(address.server()).flags(flags).domain(domain);
        credentials().ifPresent(config::credentials);
        return config.build();
    }

    /** Returns how to use TLS with a master; also warns when nobody is checked. */
    TlsOptions tls() {
        if (insecure) {
            Terminal.warn(spec, "--insecure: nothing proves that this is the right master");
        }
        TlsOptions.Builder tls = TlsOptions.builder().validateChain(!insecure).validateHost(!insecure);
        if (ca != null) {
            tls.trust(TrustAnchors.fromPem(ca));
        }
        return tls.build();
    }

    /** Returns what to log in with, the same for all connections of a command: nobody is asked twice. */
    Optional<Credentials> credentials() throws IOException {
        if (credentials.isEmpty()) {
            credentials = readCredentials();
        }
        return credentials;
    }

    /** Newer Java runtimes return a console even where none is; its end of input is treated like no console. */
    @SuppressWarnings("SystemConsoleNull")
    private Optional<Credentials> readCredentials() throws IOException {
        if (user == null) {
            return Optional.empty();
        }
        if (passwordFile != null) {
            Secret password = SecretFile.readPassword(passwordFile);
            SecretFile.permissionWarning(passwordFile).ifPresent(text -> Terminal.warn(spec, text));
            return Optional.of(new Credentials(user, password));
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password of %s: ", user);
        if (typed == null) {
            throw new CommandFailure(
                    "there is no terminal to ask for the password of " + user + "; give it with --password-file FILE");
        }
        Secret password = Secret.of(typed);
        Arrays.fill(typed, '\0');
        return Optional.of(new Credentials(user, password));
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
