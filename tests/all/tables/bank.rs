//! Bank statements.

use clientcheck::import::{Item, Kind, ReadError};

use super::{account, adds_up, batch, lines, refusal};

fn camt(version: &str, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\n\
         <BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S</Id>\n\
         <FrToDt><FrDtTm>2025-01-01T00:00:00</FrDtTm><ToDtTm>2025-01-31T23:59:59</ToDtTm></FrToDt>\n{entries}\n</Stmt></BkToCstmrStmt></Document>\n"
    )
}

fn entry(direction: &str, status: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">1190.00</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts>\
         <BookgDt><Dt>2025-01-20</Dt></BookgDt><ValDt><Dt>2025-01-21</Dt></ValDt>{rest}</Ntry>\n"
    )
}

#[test]
fn a_camt_statement_of_version_02_has_payers_and_texts() {
    let details = "<AcctSvcrRef>R1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
                   <RltdPties><Dbtr><Nm>L\u{f6}we &amp; Sons</Nm></Dbtr></RltdPties>\
                   <RmtInf><Ustrd>Invoice\n R-1</Ustrd></RmtInf></TxDtls></NtryDtls>";
    let entries = [
        entry("CRDT", "BOOK", details),
        entry("DBIT", "BOOK", ""),
        entry("CRDT", "PDNG", ""),
        entry("DBIT", "BOOK", "<RvslInd>true</RvslInd>"),
    ];
    let found = batch(Kind::Payments, &camt("02", &entries.concat()));
    assert_eq!(lines(&found), ["2025-01-20 1190.00 EUR by L\u{f6}we & Sons for ?: Invoice R-1", "2025-01-20 -1190.00 EUR by ? for ?: "]);
    assert_eq!(account(&found), "4 rows: 2 payment, 1 skipped (money that went out), 1 skipped (not booked yet)");
    let Item::Payment(first) = &found.items[0] else { panic!("a payment") };
    assert_eq!((first.origin.id.as_deref(), first.origin.line), (Some("R1"), 5));
    let covers = found.covers.expect("a period");
    assert_eq!((covers.from.0.to_string(), covers.to.0.to_string()), ("2025-01-01".to_owned(), "2025-01-31".to_owned()));
}

#[test]
fn a_camt_statement_of_version_08_nests_deeper_and_may_join_payments() {
    let tx = |payer: &str, amount: &str, reference: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <RltdPties><Dbtr><Pty><Nm>{payer}</Nm></Pty></Dbtr></RltdPties>\
             <RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
        )
    };
    let entries = format!(
        "<Ntry><Amt Ccy=\"EUR\">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2025-01-20T10:00:00+01:00</DtTm></BookgDt>\
         <AcctSvcrRef>B7</AcctSvcrRef><NtryDtls>{}{}</NtryDtls></Ntry>",
        tx("Reed AG", "10.00", "E1"),
        tx("Fir Oy", "20.00", "E2")
    );
    let found = batch(Kind::Payments, &camt("08", &entries));
    assert_eq!(lines(&found), ["2025-01-20 10.00 EUR by Reed AG for ?: RF18", "2025-01-20 20.00 EUR by Fir Oy for ?: RF18"]);
    let ids: Vec<Option<&str>> =
        found.items.iter().map(|item| if let Item::Payment(item) = item { item.origin.id.as_deref() } else { None }).collect();
    assert_eq!(ids, [Some("B7/1"), Some("B7/2")]);
}

#[test]
fn a_statement_that_breaks_off_gives_what_stands_before_it() {
    let whole = camt("02", &[entry("CRDT", "BOOK", ""), entry("CRDT", "BOOK", "")].concat());
    let cut = &whole[..whole.rfind("<ValDt>").expect("a date")];
    let found = batch(Kind::Payments, cut);
    assert_eq!(account(&found), "2 rows: 1 payment, 1 mistakes");
    assert!(found.covers.is_none());
    let nothing = &whole[..whole.find("<ValDt>").expect("a date")];
    assert!(matches!(refusal(Kind::Payments, nothing), ReadError::Broken { .. }));
}

#[test]
fn what_is_wrong_in_one_entry_costs_that_entry_alone() {
    let bad = entry("CRDT", "BOOK", "").replace("1190.00", "much");
    let found = batch(Kind::Payments, &camt("02", &[bad, entry("CRDT", "BOOK", "")].concat()));
    assert_eq!(account(&found), "2 rows: 1 payment, 1 mistakes");
    assert!(adds_up(&found));
}

#[test]
fn a_statement_is_no_invoice() {
    let refused = refusal(Kind::Invoices, &camt("02", &entry("CRDT", "BOOK", "")));
    assert_eq!(
        refused.to_string(),
        "this holds payments, not invoices: it is read as a camt statement\n  to read it: clientcheck import payments export.csv"
    );
}

const SGML: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n\
<OFX>\r\n<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\r\n<BANKTRANLIST>\r\n<DTSTART>20250101\r\n<DTEND>20250131\r\n\
<STMTTRN>\r\n<TRNTYPE>CREDIT\r\n<DTPOSTED>20250120120000[-5:EST]\r\n<TRNAMT>500.00\r\n<FITID>F1\r\n<NAME>BIRCH &amp; CO\r\n<MEMO>INV 1001\r\n</STMTTRN>\r\n\
<STMTTRN>\r\n<TRNTYPE>DEBIT\r\n<DTPOSTED>20250121\r\n<TRNAMT>-20.00\r\n<FITID>F2\r\n<NAME>CAFE\r\n</STMTTRN>\r\n\
<STMTTRN>\r\n<TRNTYPE>INT\r\n<DTPOSTED>20250131\r\n<TRNAMT>0.12\r\n<FITID>F3\r\n</STMTTRN>\r\n\
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";

#[test]
fn ofx_1_has_values_that_are_not_closed() {
    let found = batch(Kind::Payments, SGML);
    assert_eq!(lines(&found), ["2025-01-20 500.00 USD by BIRCH & CO for ?: INV 1001"]);
    assert_eq!(account(&found), "3 rows: 1 payment, 1 skipped (money that went out), 1 skipped (interest or a fee)");
    let Item::Payment(first) = &found.items[0] else { panic!("a payment") };
    assert_eq!(first.origin.id.as_deref(), Some("F1"));
    assert!(found.covers.is_some());
}

#[test]
fn ofx_2_is_xml() {
    let found = batch(
        Kind::Payments,
        "<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\" VERSION=\"211\"?>\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF><BANKTRANLIST>\n\
         <STMTTRN><TRNTYPE>DEP</TRNTYPE><DTPOSTED>20250120</DTPOSTED><TRNAMT>+12,50</TRNAMT><FITID>X1</FITID><NAME>Reed AG</NAME></STMTTRN>\n\
         </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
    );
    assert_eq!(lines(&found), ["2025-01-20 12.50 EUR by Reed AG for ?: "]);
}

#[test]
fn mt940_is_named_with_a_way_out() {
    let refused = refusal(Kind::Payments, ":20:START\n:25:10020030/1234567\n:28C:1/1\n:60F:C250101EUR100,00\n:61:2501200120C500,00NTRF\n");
    assert!(refused.to_string().contains("MT940") && refused.to_string().contains("camt.053"), "{refused}");
}
