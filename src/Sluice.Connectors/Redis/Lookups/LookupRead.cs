using System.Text;
using Sluice.Connectors.Redis.Lookups.Clusters;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Asks for the rows of a batch of keys, in one or more rounds of commands, and takes the replies as they arrive. Used again for
/// the next batch. Replies come on the receive loop, which nothing may be thrown into: what goes wrong is noted.</summary>
internal abstract class LookupRead(RedisLookupSettings settings) : IReplyReader
{
    /// <summary>Keys or fields of one command: enough that commands cost nothing, and few enough that Redis serves others between two.</summary>
    protected const int ChunkKeys = 512;

    /// <summary>Of the rows of one batch.</summary>
    private const int MaxBytes = 1 << 30;

    private const int ShownBytes = 100;

    private readonly List<(int? Key, ServerError Error)> _redirected = [];
    private int _round;
    private AskingReader? _asking;
    private bool _asks;

    /// <summary>The commands of a round.</summary>
    public RespWriter Writer { get; } = new();

    /// <summary>How many they are.</summary>
    public int Commands { get; private set; }

    /// <summary>How many replies come to them.</summary>
    public int Replies => _asks ? 2 * Commands : Commands;

    /// <summary>Who takes these.</summary>
    public IReplyReader Reader => _asks ? _asking ??= new AskingReader(this) : this;

    /// <summary>The keys for which another node of the cluster is to be asked, and its words; null: for all of them. They have no rows here.</summary>
    public IReadOnlyList<(int? Key, ServerError Error)> Redirected => _redirected;

    /// <summary>The first key in Redis that holds another type; null where there was none.</summary>
    public byte[]? WrongTypeKey { get; private set; }

    /// <summary>The index of that key in the batch, where it is one of its keys.</summary>
    public int? WrongTypeIndex { get; private set; }

    /// <summary>Why the server refuses a command.</summary>
    public ServerError? Refusal { get; private set; }

    /// <summary>Whether a reply was of a kind that its command cannot have.</summary>
    public bool HasUnexpected { get; private set; }

    /// <summary>The first text that is no value of its column, or that there is no room for.</summary>
    public DataException? Failure { get; private set; }

    protected RedisLookupSettings Settings { get; } = settings;

    protected KeyBatch Keys { get; private set; } = null!;

    protected FoundRows Found { get; private set; } = null!;

    /// <summary>Begins a batch. <paramref name="found"/> is reset.</summary>
    /// <param name="asks">Whether each command needs an ASKING in front of it.</param>
    public void Start(KeyBatch keys, FoundRows found, bool asks = false)
    {
        (Keys, Found, _round, _asks) = (keys, found, 0, asks);
        _redirected.Clear();
        (WrongTypeKey, WrongTypeIndex, Refusal, Failure, HasUnexpected) = (null, null, null, null, false);
        found.Reset(keys.Count);
    }

    /// <summary>Writes the commands of the next round, after all replies to those before.</summary>
    /// <returns>False where everything is known.</returns>
    public bool NextRound()
    {
        Writer.Clear();
        Commands = 0;
        Encode(_round++);
        return Commands > 0;
    }

    /// <summary>Where the rows of a batch are read in parts.</summary>
    /// <exception cref="DataException">They are more bytes than a batch may have.</exception>
    public void ThrowIfTooLarge(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw TooLarge();
        }
    }

    /// <summary>Lets go of the batch.</summary>
    public void End() => (Keys, Found) = (null!, null!);

    public abstract void Reply(int command, in RespReply reply);

    public virtual void Array(int command, long count) => Unexpected();

    public virtual void Element(int command, long index, in RespReply reply)
    {
    }

    /// <summary>Writes the commands of a round: 0 is the first. None: everything is known.</summary>
    protected abstract void Encode(int round);

    protected void Begin(int arguments)
    {
        if (_asks)
        {
            Writer.Raw(AskingReader.Asking);
        }

        Writer.Begin(arguments);
        Commands++;
    }

    /// <summary>The key as it is in Redis.</summary>
    protected void BulkKey(ReadOnlySpan<byte> key)
    {
        var prefix = Settings.KeyPrefix;
        var to = Writer.BeginBulk(prefix.Length + key.Length);
        prefix.CopyTo(to);
        key.CopyTo(to[prefix.Length..]);
        Writer.EndBulk(prefix.Length + key.Length);
    }

    /// <summary>Makes a text the next field of the record that is begun.</summary>
    /// <param name="field">Its index in what is asked for.</param>
    protected void Append(int key, int field, ReadOnlySpan<byte> text)
    {
        if (HasRoom(text.Length) && !Settings.Columns.Asked[field].Parser!(text, Found.Heap))
        {
            Unparsable(key, field, text);
        }
    }

    /// <summary>Whether the batch may hold so much more; if not, it fails.</summary>
    protected bool HasRoom(int bytes)
    {
        var hasRoom = Found.Heap.Used + (long)bytes + sizeof(int) <= MaxBytes;
        if (!hasRoom)
        {
            Failure ??= TooLarge();
        }

        return hasRoom;
    }

    /// <summary>A text that is no value of its column: null, or the end of the job.</summary>
    protected void Unparsable(int key, int field, ReadOnlySpan<byte> text)
    {
        var column = Settings.Columns.Asked[field];
        Settings.Columns.Layout.AppendNull(Found.Heap, field);
        if (!Settings.IgnoresParseErrors)
        {
            Failure ??= new DataException($"table '{Settings.Columns.Table.Name}': column '{column.Name}' of key '{Describe(Keys[key])}' is {Show(text)} in Redis, which is no {column.Type}; mend it there, or read what is none as null with 'lookup.ignore-parse-errors' = 'true'") { Key = key };
        }
    }

    /// <summary>What a command is refused for, or that its reply is of a kind that it cannot have. The classes that concern all commands are seen to elsewhere.</summary>
    /// <param name="key">The index of the key that the command is for; null where it is for many.</param>
    protected void Refused(in RespReply error, int? key)
    {
        if (!error.IsError)
        {
            Unexpected();
            return;
        }

        var refusal = ServerError.Parse(error.Content);
        switch (refusal.Class)
        {
            case ErrorClass.Redirect:
                _redirected.Add((key, refusal));
                break;
            case ErrorClass.WrongType when WrongTypeKey is null:
                WrongTypeKey = Settings.HashName ?? [.. Settings.KeyPrefix, .. key is { } index ? RedisKey(Keys[index]) : default];
                WrongTypeIndex = Settings.HashName is null ? key : null;
                break;
            case ErrorClass.WrongType:
                break;
            default:
                Refusal ??= refusal;
                break;
        }
    }

    /// <summary>The part of a key that is a key in Redis, without the prefix.</summary>
    protected virtual ReadOnlySpan<byte> RedisKey(ReadOnlySpan<byte> key) => key;

    /// <summary>A reply is of a kind that the command cannot have.</summary>
    protected void Unexpected() => HasUnexpected = true;

    /// <summary>How messages name a key.</summary>
    protected virtual string Describe(ReadOnlySpan<byte> key) => Encoding.UTF8.GetString([.. Settings.KeyPrefix, .. key]);

    private DataException TooLarge() =>
        new($"table '{Settings.Columns.Table.Name}': the rows of {Keys.Count} keys take more than {MaxBytes >> 20} MiB; are the values meant to be read as a dimension table?");

    private static string Show(ReadOnlySpan<byte> text) =>
        text.Length <= ShownBytes ? $"'{Encoding.UTF8.GetString(text)}'" : $"'{Encoding.UTF8.GetString(text[..ShownBytes])}...' ({text.Length} bytes)";
}
