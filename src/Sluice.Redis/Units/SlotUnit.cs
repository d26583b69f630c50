using System.Globalization;
using System.Text;
using Sluice.Redis.Clustering;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>The commands of a unit, brought together by slot: one call of the script for each, which moves the slot's position with them.</summary>
internal sealed class SlotUnit : CommandBlock
{
    private readonly List<SlotCall> _calls = [];
    private readonly List<SlotCall> _callOf = [];
    private long[] _order = [];
    private (CommandBlock Block, int Command)[] _commands = [];

    private SlotPositions? _slots;
    private Target _target;

    public IReadOnlyList<SlotCall> Calls => _calls;

    /// <summary>Those of the split that the rows are of.</summary>
    public SlotPositions Slots => _slots ?? throw new InvalidOperationException("the unit has no commands");

    /// <summary>A call that was not applied because the slot is elsewhere, and where.</summary>
    public (SlotCall Call, string? Found)? Conflict { get; private set; }

    /// <summary>A key that holds something else than positions.</summary>
    public string? Foreign { get; private set; }

    /// <summary>The call that a command of this block makes.</summary>
    public SlotCall CallOf(int command) => _callOf[command];

    /// <summary>The commands of a call, in the order of the source.</summary>
    public ReadOnlySpan<(CommandBlock Block, int Command)> CommandsOf(SlotCall call) => _commands.AsSpan(call.First, call.Count);

    /// <summary>Sorts the commands of a unit by slot. Slots that are known to be so far already need no call.</summary>
    /// <param name="type">What the keys must hold.</param>
    /// <param name="isWhole">Whether to send the script's text with each call.</param>
    public void Fill(Unit unit, string type, bool isWhole)
    {
        var (guard, position, _) = unit.Moves[0];
        _slots = guard.Slots;
        _target = new Target(position, SlotPositions.OrdinalOf(position), SlotPositions.OrdinalOf(guard.Position), type);
        var count = Sort(unit.Blocks);
        for (var first = 0; first < count;)
        {
            var slot = (int)(_order[first] >> 32);
            var end = first + 1;
            while (end < count && (int)(_order[end] >> 32) == slot)
            {
                end++;
            }

            var call = new SlotCall(slot, first, end - first);
            _calls.Add(call);
            if (Slots.OrdinalOf(slot) >= _target.Ordinal)
            {
                call.Outcome = SlotOutcome.Covered;
            }
            else
            {
                Call(call, isWhole);
            }

            first = end;
        }
    }

    /// <summary>Takes what a node has said of a call instead of doing it all.</summary>
    public void Refused(int command, ServerError error)
    {
        var call = CallOf(command);
        var text = error.Text.StartsWith("ERR ", StringComparison.Ordinal) ? error.Text[4..] : error.Text;
        if (text.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Once more, with the script's text.
            Call(call, isWhole: true);
        }
        else if (text.StartsWith(SlotScripts.Refused, StringComparison.Ordinal))
        {
            call.Take(SlotOutcome.Applied, text.AsSpan(SlotScripts.Refused.Length));
        }
        else if (text.StartsWith(SlotScripts.Covered, StringComparison.Ordinal))
        {
            call.Take(SlotOutcome.Covered, call.MayBeOurs ? text.AsSpan(SlotScripts.Covered.Length) : "");
        }
        else if (text.StartsWith(SlotScripts.At, StringComparison.Ordinal))
        {
            Conflict ??= (call, text.Length > SlotScripts.At.Length ? text[SlotScripts.At.Length..] : null);
        }
        else if (text.StartsWith(SlotScripts.Foreign, StringComparison.Ordinal))
        {
            Foreign ??= Slots.KeyOf(call.Slot);
        }
        else
        {
            (call.Outcome, call.Error) = (SlotOutcome.Refused, error);
        }
    }

    /// <summary>Brings what became of the calls to the commands in them.</summary>
    public void Tell(IUnitOwner owner)
    {
        foreach (var call in _calls)
        {
            var number = 0;
            foreach (var (block, command) in call.Outcome == SlotOutcome.Unknown ? [] : CommandsOf(call))
            {
                if (call.Outcome == SlotOutcome.Refused || call.Refused.Contains(number++))
                {
                    block.Mark(command, CommandState.Refused);
                    owner.Refused(block, command, call.Error);
                }
                else
                {
                    block.Mark(command, CommandState.Acknowledged);
                    if (call is { Outcome: SlotOutcome.Covered, MayBeOurs: false })
                    {
                        owner.Covered(block, command);
                    }
                }
            }
        }
    }

    public override void Clear()
    {
        base.Clear();
        _calls.Clear();
        _callOf.Clear();
    }

    /// <returns>How many commands.</returns>
    private int Sort(IReadOnlyList<CommandBlock> blocks)
    {
        var count = blocks.Sum(block => block.Count);
        if (_order.Length < count)
        {
            (_order, _commands) = (new long[count], new (CommandBlock, int)[count]);
        }

        var i = 0;
        foreach (var block in blocks)
        {
            for (var command = 0; command < block.Count; command++, i++)
            {
                _commands[i] = (block, command);
                _order[i] = ((long)KeySlot.OfCommand(block.Command(command)) << 32) | (uint)i;
            }
        }

        Array.Sort(_order, _commands, 0, count);
        return count;
    }

    private void Call(SlotCall call, bool isWhole)
    {
        var arguments = 0;
        foreach (var (block, command) in CommandsOf(call))
        {
            arguments += 1 + KeySlot.Arguments(block.Command(command), out _);
        }

        Writer.Begin(2 + 1 + 1 + call.Count + 6 + arguments);
        Writer.Raw(isWhole ? SlotScripts.ApplyWhole : SlotScripts.Apply);
        Writer.Bulk(1 + call.Count);
        Writer.Bulk(Encoding.UTF8.GetBytes(Slots.KeyOf(call.Slot)));
        foreach (var (block, command) in CommandsOf(call))
        {
            Writer.Bulk(KeySlot.KeyOf(block.Command(command)));
        }

        Writer.Bulk(Slots.Field);
        Writer.Bulk(Encoding.UTF8.GetBytes(_target.Position));
        Writer.Bulk(_target.Ordinal);
        Writer.Bulk(_target.From);
        Writer.Bulk(Slots.OrdinalOf(call.Slot));
        Writer.Bulk(Encoding.ASCII.GetBytes(_target.Type));
        foreach (var (block, command) in CommandsOf(call))
        {
            var encoded = block.Command(command);
            Writer.Bulk(KeySlot.Arguments(encoded, out var first));
            Writer.Raw(encoded[first..]);
        }

        EndCommand();
        _callOf.Add(call);
    }

    private readonly record struct Target(string Position, long Ordinal, long From, string Type);
}

internal enum SlotOutcome : byte
{
    /// <summary>No reply has told.</summary>
    Unknown,
    Applied,
    /// <summary>Somebody has applied it before.</summary>
    Covered,
    /// <summary>Nothing was applied.</summary>
    Refused,
}

/// <summary>What a unit does in one slot.</summary>
internal sealed class SlotCall(int slot, int first, int count)
{
    public int Slot { get; } = slot;

    public int First { get; } = first;

    public int Count { get; } = count;

    public SlotOutcome Outcome { get; set; }

    /// <summary>Whether it was sent before, and may have been applied then.</summary>
    public bool MayBeOurs { get; set; }

    /// <summary>The commands of it that were refused.</summary>
    public IReadOnlyList<int> Refused { get; set; } = [];

    public ServerError Error { get; set; }

    /// <summary>Reads what the script says behind its word: the numbers of commands, and why they were refused.</summary>
    public void Take(SlotOutcome outcome, ReadOnlySpan<char> text)
    {
        Outcome = outcome;
        var space = text.IndexOf(' ');
        var numbers = space < 0 ? text : text[..space];
        var refused = new List<int>();
        foreach (var part in numbers.Split(','))
        {
            if (int.TryParse(numbers[part], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Count)
            {
                refused.Add(number);
            }
        }

        Refused = refused;
        Error = ServerError.Parse(space < 0 ? "" : text[(space + 1)..].ToString());
    }
}
