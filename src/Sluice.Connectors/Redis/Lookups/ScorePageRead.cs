using Sluice.Connectors.Redis.Lookups.Modes;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A row for each member of the sorted sets of a page: the key is the set's with the member, and the row its score.</summary>
internal sealed class ScorePageRead(RedisLookupSettings settings, ReadPipeline server) : IPageRead
{
    public async Task ReadAsync(ScanPage page, CancellationToken stop)
    {
        var commands = new RespWriter();
        for (var i = 0; i < page.Keys.Count; i++)
        {
            commands.Begin(5);
            commands.Bulk("ZRANGE"u8);
            commands.Bulk([.. settings.KeyPrefix, .. page.Keys[i]]);
            commands.Bulk("0"u8);
            commands.Bulk("-1"u8);
            commands.Bulk("WITHSCORES"u8);
        }

        var members = new Members();
        await server.ReadAsync(commands.Written, page.Keys.Count, members, stop);
        if (members.Refusal is { } refusal)
        {
            throw new RedisServerException(server.Server.Endpoint, refusal, "ZRANGE");
        }

        page.Rows = new KeyBatch();
        var pair = new ByteHeap(256);
        for (var i = 0; i < members.Count; i++)
        {
            pair.Clear();
            KeyBatch.Pair(page.Keys[members.SetOf(i)], members.Texts[2 * i], pair);
            page.Rows.Add(pair.Bytes.AsSpan(0, pair.Used));
        }

        // One of its own: the replies of two pages may be looked at at a time.
        var scores = new ScoreRead(settings);
        scores.Start(page.Rows, page.Found);
        for (var i = 0; i < members.Count; i++)
        {
            scores.Take(i, members.Texts[(2 * i) + 1]);
        }

        if (scores.Failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Members and scores in turn, as they come: in pairs of their own (RESP3), or one after the other.</summary>
    private sealed class Members : IReplyReader
    {
        private readonly List<int> _sets = [];

        public KeyBatch Texts { get; } = new();

        public int Count => Texts.Count / 2;

        public ServerError? Refusal { get; private set; }

        /// <summary>Which of the page's keys a member belongs to.</summary>
        public int SetOf(int member) => _sets[member];

        public void Reply(int command, in RespReply reply)
        {
            var error = reply.IsError ? ServerError.Parse(reply.Content) : new ServerError($"no list, but {reply.Text}", ErrorClass.Stop);
            if (error.Class != ErrorClass.WrongType)
            {
                Refusal ??= error;
            }
        }

        public void Array(int command, long count)
        {
            // Its elements follow.
        }

        public void Element(int command, long index, in RespReply reply)
        {
            if (!reply.IsAggregate)
            {
                Add(command, reply.Content);
                return;
            }

            for (var pair = reply.Content; !pair.IsEmpty;)
            {
                Add(command, ScanReply.Next(ref pair));
            }
        }

        private void Add(int command, ReadOnlySpan<byte> text)
        {
            if (Texts.Count % 2 == 0)
            {
                _sets.Add(command);
            }

            Texts.Add(text);
        }
    }
}
