package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.ReportFlags;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.point.PointName;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the peer wants to hear of (DHTP section 5.2). */
final class Registrations {
    /** Domains that one connection may register for: each costs memory even if it never has a point. */
    static final int MAX_DOMAINS = 1000;

    private final MirrorSession session;
    private final Set<String> domains = new HashSet<>();
    private final Set<String> unqualified = new HashSet<>();
    /** Domains with registrations for single points. */
    private final Set<String> domainsOfPoints = new HashSet<>();

    Registrations(MirrorSession session) {
        this.session = session;
    }

    /** Carries a command out; null if it is not one of these. */
    @Nullable
    Outcome execute(Command command) {
        if (command instanceof Command.ReportDomain report) {
            return reportDomain(report);
        }
        if (command instanceof Command.UnreportDomain unreport) {
            return unreportDomain(unreport.domain());
        }
        if (command instanceof Command.Report report) {
            return report(report);
        }
        if (command instanceof Command.Unreport unreport) {
            session.hub.find(session.localName(unreport.point())).ifPresent(session.queue::remove);
            return Outcome.DONE;
        }
        return null;
    }

    /** Tells whether names of a domain are sent without it. */
    boolean isUnqualified(String domain) {
        return unqualified.contains(domain);
    }

    private Outcome reportDomain(Command.ReportDomain command) {
        int flags = command.flags();
        if ((flags & ReportFlags.UNREGISTER) != 0) {
            return unreportDomain(command.domain());
        }
        String domain = session.localDomain(command.domain());
        session.rights.require(Right.READ, domain);
        if (!domains.contains(domain) && domains.size() >= MAX_DOMAINS) {
            return Outcome.refused(StatusCode.FULL, "More than " + MAX_DOMAINS + " domains on one connection");
        }
        boolean qualify = (flags & ReportFlags.QUALIFY) != 0;
        if (qualify ? unqualified.remove(domain) : unqualified.add(domain)) {
            session.points.rename(domain);
        }
        if ((flags & ReportFlags.ECHO) != 0) {
            session.queue.echo(true);
        }
        if ((flags & ReportFlags.ONCE_ONLY) != 0) {
            session.points.makeTable();
            session.queue.addDomainOnce(domain);
            return Outcome.DONE;
        }
        session.models.ask(domain, (flags & ReportFlags.MODEL) != 0, (flags & ReportFlags.META_INFO) != 0);
        session.output.requestFlush();
        boolean all = (flags & ReportFlags.ALL) != 0;
        boolean future = (flags & ReportFlags.FUTURE) != 0;
        if (all || future) {
            domains.add(domain);
            int initial = session.registerDomain(domain, all, future);
            session.registered(domain, initial);
        }
        return Outcome.DONE;
    }

    private Outcome unreportDomain(String wireDomain) {
        String domain = session.localDomain(wireDomain);
        cancel(domain);
        domains.remove(domain);
        domainsOfPoints.remove(domain);
        return Outcome.DONE;
    }

    private void cancel(String domain) {
        session.models.forget(domain);
        if (session.hub.hasDomain(domain)) {
            session.points.makeTable();
            session.queue.removeDomain(domain);
        }
        if (unqualified.remove(domain)) {
            session.points.rename(domain);
        }
    }

    void cancelNotAllowed() {
        cancelNotAllowed(domains);
        cancelNotAllowed(domainsOfPoints);
    }

    private void cancelNotAllowed(Set<String> registered) {
        registered.removeIf(domain -> {
            boolean allowed = session.permissions().allows(Right.READ, domain);
            if (!allowed) {
                cancel(domain);
            }
            return !allowed;
        });
    }

    private Outcome report(Command.Report command) {
        PointName name = session.localName(command.point());
        session.rights.require(Right.READ, name.domain());
        HubPoint point = PeerRights.readable(session.rights.find(name, command.create()));
        domainsOfPoints.add(name.domain());
        // It is sent under the name that the peer calls it by.
        boolean qualified = command.point().indexOf(':') >= 0;
        session.points.rename(session.points.of(point), qualified ? session.wireDomain(name.domain()) : "");
        session.queue.add(point);
        return Outcome.DONE;
    }
}
