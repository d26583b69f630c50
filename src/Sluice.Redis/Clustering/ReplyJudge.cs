using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Clustering;

/// <summary>Decides from the replies of a block's nodes what must be sent again, and where, and what was wrong with the slot map.</summary>
internal sealed class ReplyJudge(ClusterTopology topology, PipelineOptions options, ICommandOwner owner, TimeProvider clock)
{
    private static readonly string[] s_mapMayBeOld = ["READONLY", "CLUSTERDOWN", "MASTERDOWN", "LOADING"];

    private readonly WaitNotice _notice = new(options.Waiting, clock);

    /// <summary>Slots of which something had to be sent again. What is in flight of them was sent too early, and may have been
    /// applied before that.</summary>
    private readonly HashSet<int> _disturbed = [];

    private readonly List<Redirection> _moves = [];

    public bool IsDisturbed => _disturbed.Count > 0;

    public bool MapIsStale { get; private set; }

    public NodeAddress? LikelyToKnow { get; private set; }

    public string? LastFailure { get; private set; }

    /// <summary>Who that was.</summary>
    public string? LastNode { get; private set; }

    /// <summary>The map was asked for again. For the slots that it was about, a redirection is worth more: who answered the map may not
    /// have heard of the move yet.</summary>
    public void Refreshed()
    {
        foreach (var (_, slot, target) in _moves)
        {
            topology.Moved(slot, target);
        }

        _moves.Clear();
        (MapIsStale, LikelyToKnow) = (false, null);
    }

    public void Settled(bool isLast)
    {
        (LastFailure, LastNode) = (null, null);
        _notice.Ended();
        if (isLast)
        {
            _disturbed.Clear();
        }
    }

    public void ConnectionFailed(Exception? failure)
    {
        if (failure is not null)
        {
            MapIsStale = true;
            LastNode = (failure as RedisConnectionException)?.Endpoint ?? (failure as RedisServerException)?.Endpoint;
            LastFailure = failure.Message;
            _notice.Failed(failure.Message);
        }
    }

    /// <summary>Notes in the block which of its commands must be sent (again), in order.</summary>
    /// <returns>What its owner has thrown, if so.</returns>
    /// <exception cref="RedisServerException">A node refuses everything.</exception>
    public Exception? Collect(CommandBlock head, bool laterInFlight)
    {
        var route = head.Route!;
        route.Read(head);
        foreach (var (error, lane) in route.Errors.Values)
        {
            if (error.Class == ErrorClass.Stop)
            {
                throw new RedisServerException(lane.Address.ToString(), error, "the server refuses");
            }
        }

        var isFirst = route.Order is null;
        head.WaitFirst = false;
        ForgetLost(head);
        var again = new List<int>();
        // Within the block only what comes after it is disturbed; in the blocks after it, all of that slot.
        var disturbed = isFirst ? new HashSet<int>(_disturbed) : [];
        Exception? broken = null;
        foreach (var command in route.Order ?? Enumerable.Range(0, head.Count).ToList())
        {
            var before = again.Count;
            switch (route[command])
            {
                case Outcome.Acknowledged when options.Repeatable && disturbed.Contains(route.SlotOf(command)):
                    again.Add(command);
                    break;
                case Outcome.Failed:
                    Judge(head, command, again, ref broken);
                    break;
                case Outcome.Unknown when !options.Repeatable:
                    owner.Repeating(head, command);
                    again.Add(command);
                    break;
                case Outcome.Unknown or Outcome.NotSent:
                    again.Add(command);
                    break;
            }

            if (again.Count > before)
            {
                disturbed.Add(route.SlotOf(command));
            }
        }

        Disturb(head, again, disturbed, laterInFlight, isFirst);
        return broken;
    }

    private void Disturb(CommandBlock head, List<int> again, HashSet<int> disturbed, bool laterInFlight, bool isFirst)
    {
        head.Again = again.Count > 0 ? again : null;
        if (head.Again is not null && isFirst)
        {
            // Its time counts from when somebody could do something about it: while rows were waited for, nobody looked at replies.
            head.Since = clock.GetTimestamp();
        }

        if (laterInFlight && options.Repeatable)
        {
            _disturbed.UnionWith(disturbed);
        }
    }

    private void ForgetLost(CommandBlock head)
    {
        var route = head.Route!;
        foreach (var part in route.Parts)
        {
            if (part is { Exchange.Lost: { } lost, Connection: { } connection })
            {
                part.Lane.Forget(connection);
                (LastFailure, LastNode) = (lost.Message, part.Lane.Address.ToString());
                MapIsStale = true;
            }

            if (part.HasFailed)
            {
                // The first new connection is tried at once; nobody there, and the others must notice that first.
                MapIsStale = true;
                head.WaitFirst |= route.Order is not null || part.Lane.IsDown;
            }
        }

        // A slot that nobody serves is in no part.
        var sent = route.Parts.Sum(part => part.Commands.Count(command => command != BlockPart.Asking));
        if (sent < (route.Order?.Count ?? head.Count))
        {
            MapIsStale = head.WaitFirst = true;
            (LastFailure, LastNode) = ("no node serves the slot", null);
            _notice.Failed(LastFailure);
        }
    }

    /// <summary>Each refusal is told to the owner once. What the owner throws waits until all replies are looked at.</summary>
    private void Judge(CommandBlock head, int command, List<int> again, ref Exception? broken)
    {
        var (error, lane) = head.Route!.Errors[command];
        if (error.Class is ErrorClass.Retry or ErrorClass.Redirect)
        {
            again.Add(command);
            (LastFailure, LastNode) = (error.Text, lane.Address.ToString());
            head.WaitFirst |= !(error.Class == ErrorClass.Redirect && Follow(head, command, error, lane));
            if (head.WaitFirst)
            {
                _notice.Failed(error.Text);
                MapIsStale |= Array.Exists(s_mapMayBeOld, word => error.Text.StartsWith(word, StringComparison.Ordinal));
            }
        }
        else if (head[command] != CommandState.Refused)
        {
            head.Mark(command, CommandState.Refused);
            var first = head.Count;
            try
            {
                owner.Refused(head, command, error);
            }
            catch (Exception e)
            {
                broken ??= e;
            }

            again.AddRange(Enumerable.Range(first, head.Count - first));
        }
    }

    /// <returns>Whether it says where to go.</returns>
    private bool Follow(CommandBlock head, int command, ServerError error, NodeLane lane)
    {
        if (Redirection.Parse(error.Text, lane.Address) is not { } redirection)
        {
            return false;
        }

        if (redirection.IsAsk)
        {
            head.Route!.Asks[command] = redirection.Target;
            return true;
        }

        _moves.Add(redirection);
        (MapIsStale, LikelyToKnow) = (true, redirection.Target);
        return redirection.Target != lane.Address;
    }
}
