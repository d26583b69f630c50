using Sluice.Engine.Diagnostics;
using Sluice.Engine.Options;

namespace Sluice.Engine.Execution;

/// <summary>What a task of a job shares with the others.</summary>
public sealed record TaskContext(Books Books, Positions Positions, DirtyRecords DirtyRecords, Metrics Metrics, Report Report, TimeProvider Clock);
