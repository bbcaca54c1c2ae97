import type { partyFailures as english } from "./en-party-failures";
import type { Said } from "./en-failures";

const REFUSED_AS_SENT =
  "Es wurde nichts gespeichert. Was ankam, ist nicht das, was die Seite versiegelt hat, oder nicht für diese Erhebung. Laden Sie die Seite neu und füllen Sie noch einmal aus; geschieht es wieder, sagen Sie es der Auswertungsstelle.";

export const partyFailures: Record<keyof typeof english, Said> = {
  // Links, this device, this page.
  link_invalid: {
    title: "Dieser Link ist nicht vollständig",
    text: "Ein Teil fehlt oder wurde verändert; Mailprogramme schneiden lange Links manchmal ab. Kopieren Sie den ganzen Link aus Ihrer Nachricht, oder bitten Sie noch einmal darum.",
  },
  other_fingerprint: {
    title: "Das ist nicht die Erhebung, für die der Link gilt",
    text: "Der Server bietet unter demselben Namen eine andere an. Es wurde nichts gesendet. Bitten Sie um einen neuen Link und berichten Sie davon.",
  },
  invitation_unknown: {
    title: "Diese Einladung ist nicht bekannt",
    text: "Vielleicht wurde der Link abgeschnitten, oder er gehört zu einer anderen Erhebung. Bitten Sie noch einmal um Ihren Link.",
  },
  invitation_revoked: {
    title: "Diese Einladung wurde zurückgezogen",
    text: "Sie wurde zurückgenommen, bevor sie benutzt war. Ist das ein Irrtum, bitten Sie um einen neuen Link.",
  },
  invitation_expired: {
    title: "Diese Einladung ist abgelaufen",
    text: "Sie galt bis zu einem Tag, der vorbei ist. Bitten Sie um einen neuen Link.",
  },
  invitation_required: {
    title: "Für diese Erhebung braucht man eine Einladung",
    text: "Wer teilnimmt, hat einen eigenen Link. In diesem Link steckt keine Einladung; bitten Sie um Ihren.",
  },
  cohort_fixed: {
    title: "Ihre Einladung gehört zu einer anderen Gruppe",
    text: "Die Gruppe steht durch die Einladung fest. Laden Sie die Seite neu.",
  },
  receipt_unusable: {
    title: "Das ist keine Quittung dieser Erhebung",
    text: "Wählen Sie die Datei, die beim Absenden gespeichert wurde.",
  },
  other_invitation: {
    title: "Dieses Gerät hat mit einem anderen Link abgegeben",
    text: "Es wurde nichts gesendet. Was hier aufbewahrt ist, gehört zu einer anderen Einladung. Verwenden Sie einen Link in dem Browser, in dem er zuerst verwendet wurde, oder entfernen Sie das Aufbewahrte von diesem Gerät.",
  },
  receipt_conflict: {
    title: "Hier liegt schon eine andere Quittung",
    text: "Es wurde nichts geändert. Dieser Browser bewahrt eine Quittung dieser Erhebung auf, die die Datei ersetzen würde: die eines anderen Teilnehmers oder eine neuere. Wenn Sie der Datei sicher sind, entfernen Sie zuerst die Quittung von diesem Gerät.",
  },
  answers_invalid: {
    title: "Einige Antworten lassen sich so nicht senden",
    text: "Gehen Sie zurück und berichtigen Sie, was markiert ist.",
  },
  out_of_range: {
    title: "Eine Antwort liegt außerhalb ihrer Grenzen",
    text: "Gehen Sie zurück und berichtigen Sie, was markiert ist.",
  },
  unfinished: {
    title: "Etwas ist noch nicht gesendet",
    text: "Laden Sie die Seite neu und senden Sie zuerst, was wartet.",
  },
  request_invalid: {
    title: "Das ist nicht der Code des anderen Geräts",
    text: "Kopieren Sie den ganzen Code, den das andere Gerät zeigt.",
  },
  release_invalid: {
    title: "Das ist nicht die Antwort des anderen Geräts",
    text: "Kopieren Sie die ganze Antwort, die das andere Gerät zeigt.",
  },
  receipt_invalid: {
    title: "Die Quittung passt nicht zu dem, was der Server festgeschrieben hat",
    text: "Eine Unterschrift ist ungültig, oder die Quittung gehört zu einer anderen Erhebung.",
  },

  // Who is who.
  other_analyst: {
    title: "Diese Erhebung gehört einer anderen Auswertungsstelle",
    text: "Es wurde nichts gesendet. Bitten Sie um einen neuen Link und berichten Sie davon.",
  },
  other_server: {
    title: "Das ist ein anderer Server, als der Link sagt",
    text: "Es wurde nichts gesendet. Bitten Sie um einen neuen Link und berichten Sie davon.",
  },
  too_few_demanded: {
    title: "Dieser Erhebung genügen zu wenige Teilnehmer",
    text: "Ihre Mindestzahl ist kleiner als die, auf der Sie bestehen.",
    exact: "Ihre Mindestzahl ist {have}, und Sie bestehen auf {need}.",
  },

  // Taking part.
  not_open: {
    title: "Im Moment werden keine Antworten angenommen",
    text: "Die Erhebung ist unterbrochen oder geschlossen. Kommen Sie später mit demselben Link zurück.",
  },
  too_early: {
    title: "Diese Erhebung ist noch nicht eröffnet",
    text: "Kommen Sie später mit demselben Link zurück.",
  },
  closed_by_date: {
    title: "Diese Erhebung ist geschlossen",
    text: "Antworten wurden bis zu einem Tag angenommen, der vorbei ist. Wenn Sie noch teilnehmen sollten, schreiben Sie der Auswertungsstelle.",
  },
  computation_full: {
    title: "Diese Erhebung ist voll",
    text: "Sie hat so viele Teilnehmer, wie sie aufnehmen kann. Sagen Sie es der Auswertungsstelle.",
  },
  submission_wrong_size: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_bad_signature: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_unopenable: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_header_mismatch: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_share_malformed: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_id_taken: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_stale: {
    title: "Es gibt eine neuere Fassung Ihrer Antworten",
    text: "Sie kam aus einem anderen Tab oder mit einer Kopie Ihrer Quittung. Laden Sie die Seite neu, um sie zu sehen.",
  },
  nothing_submitted: {
    title: "Es gibt nichts zurückzunehmen",
    text: "Von hier wurde nichts gesendet, oder ein anderes Gerät hat übernommen.",
  },
  withdrawal_invalid: {
    title: "Der Server hat das Zurücknehmen nicht angenommen",
    text: "Ihre Antworten sind noch gespeichert. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  },

  // Invitations.
  invitation_unexpected: {
    title: "Diese Erhebung braucht keine Einladung",
    text: "Alle haben denselben Link. Bitten Sie die Auswertungsstelle darum.",
  },
  invitation_invalid: {
    title: "Diese Einladung ist ungültig",
    text: "Der Link wurde verändert, oder dieses Gerät hat vorher eine andere Einladung benutzt. Bitten Sie noch einmal um Ihren Link.",
  },
  invitation_in_use: {
    title: "Diese Einladung wurde auf einem anderen Gerät benutzt",
    text: "Berichtigen Sie dort, oder übernehmen Sie hier.",
  },
  takeover_waiting: {
    title: "Das andere Gerät kann noch widersprechen",
    text: "Kommen Sie später mit diesem Link zurück und übernehmen Sie noch einmal.",
  },
  takeover_refused: {
    title: "Dieses Gerät kann nicht übernehmen",
    text: "Ein anderes Gerät war schneller, oder die Zustimmung gilt etwas anderem. Bitten Sie um einen neuen Link.",
  },

  // The reveal and the result.
  not_published: {
    title: "Das Ergebnis ist noch nicht herausgegeben",
    text: "Kommen Sie mit demselben Link zurück.",
  },
};
