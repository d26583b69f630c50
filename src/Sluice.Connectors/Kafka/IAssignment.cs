namespace Sluice.Connectors.Kafka;

/// <summary>How a reader comes to its partitions. All calls are made by the thread that reads.</summary>
internal interface IAssignment
{
    /// <summary>Asks for partitions; some may come later.</summary>
    void Begin();

    /// <summary>Called about once a second.</summary>
    void Look();

    /// <summary>Whether everything that this reader is to read has been read.</summary>
    bool IsFinished();

    /// <summary>A partition is read to its end.</summary>
    void Done(KafkaPartition partition);
}
