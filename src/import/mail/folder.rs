//! What a folder or a label says of the mails in it, in the languages of Gmail, Outlook, Thunderbird and Apple Mail.

/// A folder that says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Folder {
    /// It says nothing.
    Any,
    /// What I wrote.
    Sent,
    /// What was deleted.
    Trash,
    /// What was typed into a chat, and is no mail.
    Chat,
    Spam,
    /// What was never sent.
    Drafts,
}

const NAMES: [(Folder, &[&str]); 5] = [
    (
        Folder::Sent,
        &[
            "sent",
            "sent mail",
            "sent items",
            "sent messages",
            "outbox",
            "gesendet",
            "gesendete elemente",
            "gesendete objekte",
            "postausgang",
            "envoyés",
            "messages envoyés",
            "éléments envoyés",
            "enviado",
            "enviados",
            "elementos enviados",
            "mensajes enviados",
            "itens enviados",
            "posta inviata",
            "inviata",
            "inviati",
            "messaggi inviati",
            "verzonden",
            "verzonden items",
            "verzonden berichten",
            "skickat",
            "skickade",
            "sendt",
            "sendte",
            "sendte elementer",
            "lähetetyt",
            "lähetetty",
            "lähetetyt viestit",
            "wysłane",
            "elementy wysłane",
            "已发送",
            "已发邮件",
            "已发送邮件",
            "寄件備份",
            "送信済み",
            "отправленные",
        ],
    ),
    (
        Folder::Drafts,
        &[
            "draft",
            "drafts",
            "entwurf",
            "entwürfe",
            "brouillon",
            "brouillons",
            "borrador",
            "borradores",
            "rascunho",
            "rascunhos",
            "bozza",
            "bozze",
            "concept",
            "concepten",
            "utkast",
            "kladde",
            "kladder",
            "luonnos",
            "luonnokset",
            "wersje robocze",
            "kopie robocze",
            "szkice",
            "草稿",
            "草稿箱",
            "下書き",
            "черновики",
        ],
    ),
    (
        Folder::Spam,
        &[
            "spam",
            "junk",
            "junk e-mail",
            "junk mail",
            "bulk mail",
            "junk-e-mail",
            "courrier indésirable",
            "posta indesiderata",
            "correo no deseado",
            "ongewenste e-mail",
            "skräppost",
            "roskaposti",
            "垃圾邮件",
        ],
    ),
    (
        Folder::Trash,
        &[
            "trash",
            "bin",
            "deleted",
            "deleted items",
            "deleted messages",
            "papierkorb",
            "gelöschte elemente",
            "gelöscht",
            "corbeille",
            "éléments supprimés",
            "papelera",
            "elementos eliminados",
            "lixeira",
            "cestino",
            "posta eliminata",
            "prullenbak",
            "verwijderde items",
            "papperskorg",
            "papperskorgen",
            "roskakori",
            "poistetut",
            "kosz",
            "elementy usunięte",
            "已删除",
            "已删除邮件",
            "垃圾箱",
            "回收站",
            "ゴミ箱",
            "корзина",
        ],
    ),
    (Folder::Chat, &["chat", "chats"]),
];

impl Folder {
    /// What a name says: that of a label, or of a file or folder with what programs put round it (`Sent.mbox`,
    /// `[Gmail].Sent Mail`, `INBOX.Sent`, `Sent-1`).
    pub(super) fn named(name: &str) -> Self {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".mbox").unwrap_or(&name).trim_matches(['[', ']', '.', ' ', '/']);
        let last = name.rsplit(['.', '/', '\\']).next().unwrap_or(name);
        let last = last.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', ' ']);
        NAMES.iter().find(|(_, names)| names.contains(&last)).map_or(Self::Any, |(folder, _)| *folder)
    }

    /// What two names say together: the one that says more.
    pub(super) fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Why its mails are left out.
    pub(super) fn left_out(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::Sent => None,
            Self::Trash => Some("trash"),
            Self::Chat => Some("chat in a mailbox"),
            Self::Spam => Some("spam"),
            Self::Drafts => Some("draft"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_in_many_languages() {
        for name in
            ["Sent", "Gesendet", "Envoyés", "[Gmail].Sent Mail", "INBOX.Sent", "Sent.mbox", "Sent-1", "WYSŁANE", "Lähetetyt", "已发送"]
        {
            assert_eq!(Folder::named(name), Folder::Sent, "{name}");
        }
        assert_eq!(Folder::named("Entwürfe"), Folder::Drafts);
        for name in ["", "Inbox", "acme", "Sent to Acme", "2024"] {
            assert_eq!(Folder::named(name), Folder::Any, "{name}");
        }
        assert_eq!(Folder::Sent.or(Folder::Drafts), Folder::Drafts);
    }
}
