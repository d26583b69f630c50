using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>Takes the reply of a slot. What that slot alone is refused for is told as well.</summary>
public delegate void SlotReply(int slot, in RespReply reply);

/// <summary>Runs one command in each of many slots, the nodes side by side.</summary>
/// <param name="patience">How long all of it may take, while nodes are away and slots on the move.</param>
public sealed class SlotSweep(ClusterTopology topology, TimeSpan patience, TimeProvider clock)
{
    /// <summary>What was redirected is asked for at once elsewhere so often, then after a while.</summary>
    private const int PromptRounds = 3;

    /// <param name="write">Writes the command for a slot. Its reply is no array. It may be sent more than once.</param>
    /// <exception cref="RedisConnectionException">Not within the time.</exception>
    /// <exception cref="RedisServerException">A node refuses for good.</exception>
    public async Task RunAsync(IEnumerable<int> slots, Action<RespWriter, int> write, SlotReply onReply, CancellationToken stop)
    {
        await using var nodes = new NodeReads(topology, clock);
        var (started, backoff) = (clock.GetTimestamp(), new Backoff(clock));
        var left = slots.ToList();
        var asks = new Dictionary<int, NodeAddress>();
        for (var round = 0; left.Count > 0; round++)
        {
            var parts = PartsOf(left, asks, write, onReply);
            await Task.WhenAll(parts.Select(part => part.AskAsync(nodes, stop)));
            left = [.. left.Except(parts.SelectMany(part => part.Answered))];
            asks = parts.SelectMany(part => part.Asks).ToDictionary();
            if (left.Count > 0)
            {
                await BeforeNextAsync(parts, round, started, backoff, stop);
            }
        }
    }

    private List<Part> PartsOf(List<int> slots, Dictionary<int, NodeAddress> asks, Action<RespWriter, int> write, SlotReply onReply)
    {
        var (map, parts) = (topology.Map, new Dictionary<(NodeAddress Node, bool Asks), Part>());
        foreach (var slot in slots)
        {
            var isAsked = asks.TryGetValue(slot, out var target);
            if (!isAsked && map.OwnerOf(slot) < 0)
            {
                continue;
            }

            var to = (isAsked ? target : map.Primaries[map.OwnerOf(slot)], isAsked);
            if (!parts.TryGetValue(to, out var part))
            {
                parts[to] = part = new Part(to.Item1, isAsked, onReply);
            }

            part.Add(slot, write);
        }

        return [.. parts.Values];
    }

    private async Task BeforeNextAsync(List<Part> parts, int round, long started, Backoff backoff, CancellationToken stop)
    {
        if (clock.GetElapsedTime(started) >= patience)
        {
            var last = parts.Select(part => part.Failure).FirstOrDefault(failure => failure is not null);
            throw new RedisConnectionException(topology.Options.Name, $"not answered within {patience.TotalMilliseconds} ms (timeout)" + (last is null ? "; no node serves a slot" : $"; the last answer: {last}"));
        }

        if (round >= PromptRounds || parts.Count == 0 || parts.Exists(part => part.HasFailed))
        {
            await backoff.WaitAsync(stop);
        }

        await topology.RefreshAsync(parts.Select(part => part.MovedTo).FirstOrDefault(node => node is not null), stop);
    }

    /// <summary>What one node is asked for.</summary>
    private sealed class Part(NodeAddress node, bool asks, SlotReply onReply) : IReplyReader
    {
        private readonly RespWriter _commands = new();
        private readonly List<int> _slots = [];

        public List<int> Answered { get; } = [];

        public Dictionary<int, NodeAddress> Asks { get; } = [];

        public NodeAddress? MovedTo { get; private set; }

        /// <summary>Why something is left; null where it was redirected only.</summary>
        public string? Failure { get; private set; }

        public bool HasFailed => Failure is not null;

        public void Add(int slot, Action<RespWriter, int> write)
        {
            if (asks)
            {
                _commands.Raw("*1\r\n$6\r\nASKING\r\n"u8);
            }

            write(_commands, slot);
            _slots.Add(slot);
        }

        public async Task AskAsync(NodeReads nodes, CancellationToken stop)
        {
            try
            {
                await nodes.AskAsync(node, pipeline => pipeline.ReadAsync(_commands.Written, asks ? 2 * _slots.Count : _slots.Count, this, stop));
            }
            catch (Exception e) when (e is RedisConnectionException || e is RedisServerException { Error.Class: ErrorClass.Retry })
            {
                Failure = e.Message;
            }
        }

        public void Reply(int command, in RespReply reply)
        {
            if (asks && command % 2 == 0)
            {
                return;
            }

            var slot = _slots[asks ? command / 2 : command];
            if (!reply.IsError)
            {
                Answered.Add(slot);
                onReply(slot, reply);
                return;
            }

            var error = ServerError.Parse(reply.Content);
            if (error.Class is ErrorClass.WrongType or ErrorClass.Record)
            {
                Answered.Add(slot);
                onReply(slot, reply);
            }
            else if (error.Class == ErrorClass.Redirect && Redirection.Parse(error.Text, node) is { } redirection)
            {
                MovedTo = redirection.IsAsk ? MovedTo : redirection.Target;
                if (redirection.IsAsk)
                {
                    Asks[slot] = redirection.Target;
                }
            }
        }

        public void Array(int command, long count)
        {
        }

        public void Element(int command, long index, in RespReply reply)
        {
        }
    }
}
