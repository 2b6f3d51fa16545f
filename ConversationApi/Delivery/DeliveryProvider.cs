namespace ConversationApi.Delivery;

/// <summary>Who takes mail out.</summary>
public enum DeliveryProvider
{
    /// <summary>Postmark where its token is set, else the folder.</summary>
    Auto,

    /// <summary>Postmark.</summary>
    Postmark,

    /// <summary>A folder of .eml files, one a mail: nothing leaves the machine.</summary>
    Folder,

    /// <summary>Nobody: this process queues mail and others send it.</summary>
    None,
}
