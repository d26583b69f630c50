using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Csv;

/// <summary>Rows as lines, without a line's end: whoever puts lines together adds it.</summary>
internal sealed class CsvEncoder : Encoder
{
    private readonly CsvSettings _settings;
    private readonly CsvQuoting _quoting;
    private readonly int[] _targets;
    private readonly TextAppender[] _values;
    private readonly bool[] _isText;

    public CsvEncoder(CsvSettings settings, IReadOnlyList<FormatColumn> columns)
    {
        _settings = settings;
        _quoting = new CsvQuoting(settings);
        FormatColumn[] written = [.. columns.Where(c => c.Target >= 0)];
        _targets = [.. written.Select(c => c.Target)];
        _values = [.. written.Select(c => CsvAppenders.Of(c.Type, settings))];
        _isText = [.. written.Select(c => CsvAppenders.IsText(c.Type))];
    }

    public override bool Encode(RowBatch rows, int row, ByteHeap to)
    {
        for (var i = 0; i < _targets.Length; i++)
        {
            if (i > 0)
            {
                to.Append(_settings.Delimiter);
            }

            var column = rows.Columns[_targets[i]];
            if (column.IsNull(row))
            {
                to.Append(_settings.NullLiteral);
                continue;
            }

            var start = to.Used;
            _values[i](column, row, to);
            if (_isText[i])
            {
                _quoting.Apply(to, start);
            }
        }

        return true;
    }
}
